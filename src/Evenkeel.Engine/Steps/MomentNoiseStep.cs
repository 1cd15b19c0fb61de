using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Elementwise;
using Evenkeel.Numerics.Memory;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Engine.Steps;

/// <summary>Noise whose mean and deviation every channel draws anew at every attempt.</summary>
public sealed class MomentNoiseStep : SweepStep, ILowering<MomentNoiseNode>
{
    private readonly MomentNoiseOptions _options;
    private readonly NativeBuffer _moments;
    private readonly PlanBuffer _factor;
    private readonly KernelEntry<MomentNoiseSweepArguments> _kernel;
    private PlanBuffer _input;
    private PlanBuffer _output;
    private RandomStream? _units;
    private ulong _factorKey;
    private ulong _shiftKey;

    private MomentNoiseStep(MomentNoiseNode node, LoweringContext context)
        : base(node.Name, node.Output.Shape, context)
    {
        _options = node.Options;
        (_input, _output, _factor) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Output), context.BufferOf(node.Factor));
        _moments = new NativeBuffer(2 * Shape.Channels);
        _kernel = KernelEntry<MomentNoiseSweepArguments>.Of<MomentNoiseSweep>(context.Width);
    }

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_input, true)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_output, true), new(_factor, true)];

    /// <summary>Adds the step; in evaluation the noise does nothing.</summary>
    public static void Lower(MomentNoiseNode node, LoweringContext context)
    {
        if (context.Mode == PlanMode.Evaluate) context.Identify(node.Output, node.Inputs[0]);
        else context.Add(new MomentNoiseStep(node, context));
    }

    /// <inheritdoc/>
    public override PlanBuffer? InPlaceSource(PlanBuffer written) => written == _output ? _input : null;

    /// <inheritdoc/>
    public override void Begin(Frame frame)
    {
        if (_units is null)
        {
            _units = new RandomStream(frame.Seed, $"{Name}.units");
            (_factorKey, _shiftKey) = (new RandomStream(frame.Seed, $"{Name}.factors").Key, new RandomStream(frame.Seed, $"{Name}.shifts").Key);
        }

        var moments = _moments.Span;
        var (units, row, channels) = (_units.Value, (ulong)frame.Attempt, Shape.Channels);
        for (var channel = 0; channel < channels; channel++)
        {
            moments[channel] = _options.Mean * ((2 * units.Uniform(2 * (ulong)channel, row)) - 1);
            moments[channels + channel] = 1 + ((_options.Deviation - 1) * units.Uniform((2 * (ulong)channel) + 1, row));
        }
    }

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var arguments = new MomentNoiseSweepArguments
        {
            Input = frame.Floats(_input),
            Output = frame.Floats(_output),
            Factor = frame.Floats(_factor),
            Stride = Shape.Channels,
            Window = WindowOf(part, frame.Count),
            Means = _moments.Pointer,
            Deviations = _moments.Pointer + Shape.Channels,
            MeanSpread = _options.MeanSpread,
            DeviationSpread = _options.DeviationSpread,
            FactorKey = _factorKey,
            ShiftKey = _shiftKey,
            Attempt = (ulong)frame.Attempt,
        };
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_input == buffer) _input = by;
        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"moving noise on {Shape}";
}
