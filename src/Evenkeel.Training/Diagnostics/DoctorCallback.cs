using System.Collections.Immutable;
using Evenkeel.Records.RunLog;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Diagnostics.Checks;

namespace Evenkeel.Training.Diagnostics;

/// <summary>After which epochs a fit is examined.</summary>
public enum DoctorRhythm
{
    /// <summary>After every one.</summary>
    EveryEpoch,

    /// <summary>After epochs 1, 4, 16, 64, ...: early, where most mistakes show, and so seldom that a fit pays nearly nothing.</summary>
    Sparse,
}

/// <summary>Examines a fit while it runs, before its first step and after epochs, and its whole curve at its end, and warns once of everything that it finds.</summary>
/// <remarks>
/// It never changes a bit of the fit: probes run on copies, between steps. A step allocates nothing for it. An instance belongs to one fit at a time.
/// </remarks>
public sealed class DoctorCallback : Callback
{
    private const int MostSteps = 4096;

    // A shorter run is a trial of something else: its curve says nothing of its rate.
    private const int LeastWholeRun = 250;

    private readonly DoctorOptions _options;
    private readonly DoctorRhythm _rhythm;
    private readonly Severity _least;
    private readonly HashSet<(string Code, string Layer)> _said = [];
    private readonly StepEvent[] _steps = new StepEvent[MostSteps];
    private readonly List<EpochEvent> _epochs = [];
    private readonly List<ValidationEvent> _validations = [];
    private ImmutableDictionary<string, ImmutableArray<double>> _variances = ImmutableDictionary<string, ImmutableArray<double>>.Empty;
    private bool _fromStart;
    private int _count;
    private long _stride = 1;

    /// <summary>Creates the callback.</summary>
    /// <param name="options">How to examine; null for the defaults.</param>
    /// <param name="rhythm">After which epochs to examine. Default after every one.</param>
    /// <param name="least">What is worth a warning. Default <see cref="Severity.Warning"/>.</param>
    public DoctorCallback(DoctorOptions? options = null, DoctorRhythm rhythm = DoctorRhythm.EveryEpoch, Severity least = Severity.Warning) =>
        (_options, _rhythm, _least) = (options ?? new DoctorOptions(), rhythm, least);

    /// <inheritdoc/>
    public override void OnStart(FitContext context)
    {
        _said.Clear();
        _epochs.Clear();
        _validations.Clear();
        _variances = _variances.Clear();
        (_count, _stride, _fromStart) = (0, 1, context.Plan.Commits == 0);
        Examine(Patient(context), 0, context);
    }

    /// <inheritdoc/>
    public override void OnStep(in StepEvent step, FitContext context)
    {
        if (step.Step % _stride != 0) return;
        if (_count == MostSteps)
        {
            // The whole run stays in view at half the density.
            for (var i = 0; i < MostSteps / 2; i++) _steps[i] = _steps[(2 * i) + 1];
            (_count, _stride) = (MostSteps / 2, _stride * 2);
            if (step.Step % _stride != 0) return;
        }

        _steps[_count++] = step;
    }

    /// <inheritdoc/>
    public override void OnEpoch(in EpochEvent epoch, FitContext context)
    {
        _epochs.Add(epoch);
        if (_rhythm == DoctorRhythm.Sparse && !(int.IsPow2(epoch.Epoch) && int.TrailingZeroCount(epoch.Epoch) % 2 == 0)) return;
        Examine(Patient(context) with
        {
            Training = context.Training,
            Evaluation = context.Validation,
            Curve = Curve(isFinished: false),
            VarianceHistory = _variances,
        }, epoch.Step, context);
        foreach (var node in NormalizationLayer.NodesOf(context.Model))
            _variances = _variances.SetItem(node.Name, _variances.GetValueOrDefault(node.Name, []).Add(ExplodingVariance.Median(new NormalizationLayer(context.Model, node).Variance)));
    }

    /// <inheritdoc/>
    public override void OnValidation(in ValidationEvent validation, FitContext context) => _validations.Add(validation);

    /// <inheritdoc/>
    public override void OnFinish(in RunFinishedEvent finished, FitContext context)
    {
        // Half a curve, of a run that was resumed or given up, would be read as a whole one.
        if (_fromStart && finished.Step >= LeastWholeRun && finished.Outcome is "completed" or "early_stopped") Examine(Patient(context) with { Curve = Curve(isFinished: true) }, finished.Step, context);
    }

    private TrainingCurve Curve(bool isFinished) => new() { Steps = [.. _steps.AsSpan(0, _count)], Epochs = [.. _epochs], Validations = [.. _validations], IsFinished = isFinished };

    private static Patient Patient(FitContext context) => new()
    {
        Model = context.Model,
        Loss = context.Loss,
        BatchSize = context.BatchSize,
        MicroBatches = context.Accumulate,
        MicroBatchStatistics = context.AccumulatedStatistics,
        SamplesPerEpoch = context.Training.Count,
        Shuffles = context.Shuffles,
        PlannedSteps = context.TotalSteps,
        Commits = context.Plan.Commits,
    };

    private void Examine(Patient patient, long step, FitContext context)
    {
        foreach (var finding in Doctor.Examine(patient, _options).Findings)
        {
            if (finding.Severity < _least || !_said.Add((finding.Code, finding.Layer))) continue;
            context.Warn(new WarningEvent(step, finding.Code, $"{(finding.Layer.Length == 0 ? "" : $"[{finding.Layer}] ")}{finding.Message} {finding.Remedy}", finding.EvidenceText));
        }
    }
}
