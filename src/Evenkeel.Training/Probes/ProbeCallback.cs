using System.Collections.Immutable;
using Evenkeel.Engine;
using Evenkeel.Records.RunLog;
using Evenkeel.Training.Callbacks;

namespace Evenkeel.Training.Probes;

/// <summary>What the probes saw at one step of a fit.</summary>
/// <param name="Step">The step.</param>
/// <param name="Activations">A reading per nonlinearity, on the same samples every time.</param>
/// <param name="Updates">A reading per weight.</param>
public sealed record ProbeReading(long Step, ImmutableArray<ActivationReading> Activations, ImmutableArray<UpdateReading> Updates);

/// <summary>Follows the distributions of every layer and the updates of every weight through a fit.</summary>
/// <remarks>Steps between looks cost nothing. It never changes a bit of the fit. An instance belongs to one fit at a time.</remarks>
public sealed class ProbeCallback : Callback, IDisposable
{
    private readonly int _every;
    private readonly int _samples;
    private readonly double[] _shares;
    private readonly List<ProbeReading> _readings = [];
    private ActivationProbe? _activations;
    private UpdateProbe? _updates;

    /// <summary>Creates the callback.</summary>
    /// <param name="every">Steps between looks, at least 1. Default 250: distributions then take under 2 % of a run even of the smallest networks.</param>
    /// <param name="samples">Training samples that every look uses, the first ones; at least 2. Default 64.</param>
    /// <param name="shares">Which percentiles of the inputs of nonlinearities, each 0 to 1; none for 0.15, 0.5 and 0.85, those of the batch-normalisation paper.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public ProbeCallback(int every = 250, int samples = 64, params ReadOnlySpan<double> shares)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 2);
        (_every, _samples, _shares) = (every, samples, shares.IsEmpty ? [0.15, 0.5, 0.85] : shares.ToArray());
    }

    /// <summary>What was seen so far.</summary>
    public IReadOnlyList<ProbeReading> Readings => _readings;

    /// <inheritdoc/>
    public override void OnStart(FitContext context)
    {
        Dispose();
        _readings.Clear();
        var count = Math.Min(_samples, context.Training.Count);
        _activations = new ActivationProbe(context.Model, new PlanOptions { Capacity = count }, _shares);
        var (slot, length) = (_activations.Slot, context.Training.Shape.Length);
        slot.Count = count;
        for (var i = 0; i < count; i++) context.Training.Read(i, slot.Features.Slice(i * length, length));
        _updates = new UpdateProbe(context.Model);
        if ((context.Plan.Attempts + 1) % _every == 0) _updates.Begin();
    }

    /// <inheritdoc/>
    public override void OnStep(in StepEvent step, FitContext context)
    {
        if (step.Step % _every == 0 && _updates is { HasBegun: true }) _readings.Add(new(step.Step, [.. _activations!.Measure()], [.. _updates.End(step.LearningRate, context.Plan.Gradients)]));
        if ((step.Step + 1) % _every == 0) _updates!.Begin();
    }

    /// <inheritdoc/>
    public override void OnFinish(in RunFinishedEvent finished, FitContext context) => Dispose();

    /// <summary>Gives the memory of the probes back; the readings stay.</summary>
    public void Dispose()
    {
        _activations?.Dispose();
        _activations = null;
    }
}
