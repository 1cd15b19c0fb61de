using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Normalization;

namespace Evenkeel.Engine.Steps;

/// <summary>The gradient of weights that were divided by their largest singular value.</summary>
public sealed class SpectralNormBackwardStep : Step, ILowering<SpectralNormBackwardNode>
{
    private readonly Shape _shape;
    private readonly PlanBuffer _result;
    private readonly KernelEntry<SpectralNormBackwardArguments> _kernel;
    private PlanBuffer _cotangent;
    private PlanBuffer _input;
    private PlanBuffer _output;

    private SpectralNormBackwardStep(SpectralNormBackwardNode node, LoweringContext context)
        : base(node.Name)
    {
        _shape = node.Output.Shape;
        (_cotangent, _input, _result, _output) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), context.BufferOf(node.Inputs[2]), context.BufferOf(node.Output));
        _kernel = KernelEntry<SpectralNormBackwardArguments>.Of<SpectralNormBackward>(context.Width);
    }

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Single);

    /// <inheritdoc/>
    public override long ScratchFloats => _shape.Channels;

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_cotangent, false), new(_input, false), new(_result, false)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_output, false)];

    /// <summary>Adds the step.</summary>
    public static void Lower(SpectralNormBackwardNode node, LoweringContext context) => context.Add(new SpectralNormBackwardStep(node, context));

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => 1;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var arguments = new SpectralNormBackwardArguments
        {
            Weight = frame.Floats(_input),
            OutputGradient = frame.Floats(_cotangent),
            WeightGradient = frame.Floats(_output),
            Rows = (int)(_shape.ElementsPerSample / _shape.Channels),
            Units = _shape.Channels,
            Result = frame.Doubles(_result),
            Scratch = frame.Scratch,
        };
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_cotangent == buffer) _cotangent = by;
        if (_input == buffer) _input = by;
        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"gradient of weights {_shape}";
}
