using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Planning;

namespace Evenkeel.Engine.Steps;

/// <summary>Adds the pieces' sums of a normalisation's backward pass, in the order of the pieces: dgamma and dbeta.</summary>
public sealed class SlotSumStep : Step
{
    private readonly Step _owner;
    private readonly PlanBuffer _slots;
    private readonly int _channels;
    private PlanBuffer? _gamma;
    private PlanBuffer? _beta;

    internal SlotSumStep(Step owner, PlanBuffer slots, int channels, PlanBuffer? gamma, PlanBuffer? beta)
        : base(owner.Name) => (_owner, _slots, _channels, _gamma, _beta) = (owner, slots, channels, gamma, beta);

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Single);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_slots, false)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => ((PlanBuffer?[])[_gamma, _beta]).OfType<PlanBuffer>().Select(static buffer => new Access(buffer, false));

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => 1;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var pieces = _owner.Pieces(0, frame.Count);
        Add(frame.Doubles(_slots), frame.FloatsOrNull(_gamma), pieces);
        Add(frame.Doubles(_slots) + _channels, frame.FloatsOrNull(_beta), pieces);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_gamma == buffer) _gamma = by;
        if (_beta == buffer) _beta = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"add the pieces' sums of {_channels} channels";

    private unsafe void Add(double* slots, float* result, int pieces)
    {
        if (result == null) return;
        for (var channel = 0; channel < _channels; channel++)
        {
            var sum = 0.0;
            for (var piece = 0; piece < pieces; piece++) sum += slots[(piece * 2L * _channels) + channel];
            result[channel] = (float)sum;
        }
    }
}
