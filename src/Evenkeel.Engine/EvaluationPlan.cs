using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Inspection;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Passes;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Engine;

/// <summary>The forward pass of a model for inference, compiled: running statistics, no dropout, batch normalisation folded into the product before it.</summary>
/// <remarks>One thread at a time may use a plan. Call <see cref="Refresh"/> after parameters or states have changed.</remarks>
public sealed class EvaluationPlan : IDisposable
{
    /// <summary>Folding is trusted while no output differs by more than this share of the largest output.</summary>
    public const float FoldingTolerance = 1e-3f;

    private const int ProbeSamples = 8;

    private readonly Model _model;
    private readonly LossTerms? _terms;
    private readonly CompiledPlan _folded;
    private readonly CompiledPlan? _unfolded;
    private readonly CarriedState _carried;
    private readonly BatchSlot _ownSlot;
    private CompiledPlan _current;

    private EvaluationPlan(Model model, Loss? loss, PlanOptions options)
    {
        _model = model;
        _terms = loss?.Apply(model.Output);
        Value[] targets = [model.Output, .. _terms is null ? Array.Empty<Value>() : [_terms.Loss], .. _terms?.Correct is { } correct ? new[] { correct } : [], .. CarriedState.Candidates(model)];
        _folded = new CompiledPlan(model, PlanMode.Evaluate, targets, _terms?.Target, null, options);
        var pass = new FoldBatchNorm().Name;
        if (_folded.Listing.Passes.Any(report => report.Name == pass && report.Changes.Count > 0))
        {
            _unfolded = new CompiledPlan(model, PlanMode.Evaluate, targets, _terms?.Target, null, options with { Team = _folded.Team, DisabledPasses = options.DisabledPasses.Add(pass) });
        }

        _carried = new CarriedState(model, options.Capacity);
        _current = _folded;
        _ownSlot = CreateSlot();
        Refresh();
    }

    /// <summary>The largest difference that folding made to an output of the probe, as a share of the largest output; 0 where nothing is folded.</summary>
    public float FoldingError { get; private set; }

    /// <summary>Whether the folded plan is in use: false where folding failed its self-check or there was nothing to fold.</summary>
    public bool IsFolded => _unfolded is not null && ReferenceEquals(_current, _folded);

    /// <summary>The plan as text and JSON.</summary>
    public PlanListing Listing => _current.Listing;

    /// <summary>The outputs of the newest run, <c>[count, outputs]</c>; valid until the next one.</summary>
    public ReadOnlySpan<float> Output => _current.Read(_model.Output);

    /// <summary>Compiles the plan and folds the current parameters.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loss">The loss to measure, or null for outputs alone.</param>
    /// <param name="options">Capacity, threads, width.</param>
    /// <exception cref="EngineException">EK0201: a node has no lowering.</exception>
    public static EvaluationPlan Compile(Model model, Loss? loss = null, PlanOptions? options = null) => new(model, loss, options ?? new PlanOptions());

    /// <summary>Input memory for this plan.</summary>
    public BatchSlot CreateSlot() => new(
        _folded.Capacity, _model.Input.Output.Shape.ElementsPerSample, _terms?.Target.Output.Shape.ElementsPerSample ?? 0, _terms?.Target.Elements ?? ElementKind.Float);

    /// <summary>Derives folded weights anew and compares the folded with the unfolded outputs on a fixed probe; where they disagree the unfolded plan takes over.</summary>
    public void Refresh()
    {
        _folded.Prepare();
        _current = _folded;
        if (_unfolded is null) return;
        _unfolded.Prepare();
        FillProbe(_ownSlot);
        _carried.Begin(_folded);
        _carried.Begin(_unfolded);
        _folded.Run(_ownSlot);
        _unfolded.Run(_ownSlot);
        float difference = 0, largest = 0;
        var folded = _folded.Read(_model.Output);
        var unfolded = _unfolded.Read(_model.Output);
        for (var i = 0; i < folded.Length; i++)
        {
            difference = MathF.Max(difference, MathF.Abs(folded[i] - unfolded[i]));
            largest = MathF.Max(largest, MathF.Abs(unfolded[i]));
        }

        FoldingError = difference == 0 ? 0 : difference / MathF.Max(largest, float.Epsilon);
        if (!(difference <= FoldingTolerance * largest) && difference != 0) _current = _unfolded;
    }

    /// <summary>Runs the forward pass.</summary>
    /// <param name="slot">A slot that this plan made, filled: features, targets where the plan has a loss, and its count.</param>
    /// <exception cref="EngineException">EK0202: bad count. EK0203: a label out of range.</exception>
    public EvaluationResult Run(BatchSlot slot)
    {
        _carried.Begin(_current);
        _current.Run(slot);
        _carried.Commit(_current);
        return new(
            _terms is null ? float.NaN : _current.Scalar(_terms.Loss),
            _terms?.Correct is { } correct ? (int)_current.Scalar(correct) : 0,
            slot.Count);
    }

    /// <summary>Copies samples in and returns their outputs, <c>[count, outputs]</c>; valid until the next run. For plans without a loss.</summary>
    /// <inheritdoc cref="Run(BatchSlot)" path="/exception"/>
    public ReadOnlySpan<float> Run(ReadOnlySpan<float> features)
    {
        _ownSlot.Fill(features);
        _carried.Begin(_current);
        _current.Run(_ownSlot);
        _carried.Commit(_current);
        return Output;
    }

    /// <summary>Sets the states that recurrent layers carry from run to run to zero: other sequences begin.</summary>
    public void ResetCarriedState() => _carried.Reset();

    /// <summary>Gives the threads back.</summary>
    public void Dispose()
    {
        _unfolded?.Dispose();
        _folded.Dispose();
    }

    /// <summary>A fixed wave of unit size: deterministic, and different in every feature.</summary>
    private static void FillProbe(BatchSlot slot)
    {
        slot.Count = Math.Min(slot.Capacity, ProbeSamples);
        var features = slot.Features[..(slot.Count * slot.FeaturesPerSample)];
        for (var i = 0; i < features.Length; i++) features[i] = MathF.Sin((1.7f * (i % slot.FeaturesPerSample)) + (0.9f * (i / slot.FeaturesPerSample)));
        slot.Labels.Clear();
        slot.Targets.Clear();
    }
}
