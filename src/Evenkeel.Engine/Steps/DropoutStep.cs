using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Elementwise;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Engine.Steps;

/// <summary>Inverted dropout with a mask that is a function of seed, name, attempt and index.</summary>
public sealed class DropoutStep : SweepStep, ILowering<DropoutNode>
{
    private readonly float _rate;
    private readonly DropoutUnit _unit;
    private readonly PlanBuffer _mask;
    private readonly KernelEntry<DropoutSweepArguments> _kernel;
    private PlanBuffer _input;
    private PlanBuffer _output;
    private ulong _key;

    private DropoutStep(DropoutNode node, LoweringContext context)
        : base(node.Name, node.Output.Shape, context)
    {
        (_rate, _unit) = (node.Rate, node.Unit);
        _input = context.BufferOf(node.Inputs[0]);
        _output = context.BufferOf(node.Output);
        _mask = context.BufferOf(node.Mask);
        _kernel = KernelEntry<DropoutSweepArguments>.Of<DropoutSweep>(context.Width);
    }

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_input, true)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_output, true), new(_mask, true)];

    /// <summary>Adds the step; in evaluation dropout does nothing.</summary>
    public static void Lower(DropoutNode node, LoweringContext context)
    {
        if (context.Mode == PlanMode.Evaluate || node.Rate == 0 && !context.IsUsed(node.Mask)) context.Identify(node.Output, node.Inputs[0]);
        else context.Add(new DropoutStep(node, context));
    }

    /// <inheritdoc/>
    public override PlanBuffer? InPlaceSource(PlanBuffer written) => written == _output ? _input : null;

    /// <inheritdoc/>
    public override void Begin(Frame frame) => _key = _key == 0 ? new RandomStream(frame.Seed, Name).Key : _key;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var arguments = new DropoutSweepArguments
        {
            Input = frame.Floats(_input),
            Output = frame.Floats(_output),
            Mask = frame.Floats(_mask),
            Stride = Shape.Channels,
            Window = WindowOf(part, frame.Count),
            Key = _key,
            Attempt = (ulong)frame.Attempt,
            Rate = _rate,
            SharedRows = _unit == DropoutUnit.Element ? 1 : (nint)Shape.RowsPerSample,
            SharesChannels = _unit == DropoutUnit.Sample,
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
    public override string Describe() => $"dropout {_rate} of {(_unit switch { DropoutUnit.Channel => "channels of ", DropoutUnit.Sample => "samples of ", _ => "" })}{Shape}";
}
