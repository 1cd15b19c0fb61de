using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Normalization;

namespace Evenkeel.Engine.Steps;

/// <summary>Local response normalisation, place by place, and its backward pass.</summary>
public sealed class LocalResponseStep : SampleStep, ILowering<LocalResponseNormNode>, ILowering<LocalResponseNormBackwardNode>
{
    private readonly (int Size, float Alpha, float Beta, float Bias) _options;
    private readonly KernelEntry<LocalResponseArguments> _kernel;
    private PlanBuffer _input;
    private PlanBuffer? _cotangent;
    private PlanBuffer _output;

    private LocalResponseStep(Node node, Value input, Value? cotangent, Value output, (int Size, float Alpha, float Beta, float Bias) options, LoweringContext context)
        : base(node.Name, output.Shape, context)
    {
        _options = options;
        (_input, _output) = (context.BufferOf(input), context.BufferOf(output));
        _cotangent = cotangent is null ? null : context.BufferOf(cotangent);
        _kernel = cotangent is null ? KernelEntry<LocalResponseArguments>.Of<LocalResponseForward>(context.Width) : KernelEntry<LocalResponseArguments>.Of<LocalResponseBackward>(context.Width);
    }

    /// <inheritdoc/>
    public override long ScratchFloats => LocalResponse.ScratchFloats(Shape.Channels, _options.Size);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => _cotangent is null ? [OfSamples(_input)] : [OfSamples(_input), OfSamples(_cotangent)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [OfSamples(_output)];

    /// <summary>Adds the step.</summary>
    public static void Lower(LocalResponseNormNode node, LoweringContext context) =>
        context.Add(new LocalResponseStep(node, node.Inputs[0], null, node.Output, (node.Size, node.Alpha, node.Beta, node.Bias), context));

    /// <summary>Adds the step.</summary>
    public static void Lower(LocalResponseNormBackwardNode node, LoweringContext context) =>
        context.Add(new LocalResponseStep(node, node.Inputs[1], node.Inputs[0], node.InputCotangent, (node.Size, node.Alpha, node.Beta, node.Bias), context));

    /// <inheritdoc/>
    public override PlanBuffer? InPlaceSource(PlanBuffer written) => written == _output ? _cotangent ?? _input : null;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var (first, end, _) = SamplesOf(part);
        var arguments = new LocalResponseArguments
        {
            Input = frame.Floats(_input),
            OutputGradient = frame.FloatsOrNull(_cotangent),
            Output = frame.Floats(_output),
            Scratch = frame.Scratch,
            FirstRow = Shape.Rows(first),
            EndRow = Shape.Rows(end),
            Channels = Shape.Channels,
            Size = _options.Size,
            Alpha = _options.Alpha,
            Beta = _options.Beta,
            Bias = _options.Bias,
        };
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_input == buffer) _input = by;
        if (_cotangent == buffer) _cotangent = by;
        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"{(_cotangent is null ? "" : "backward of ")}local response normalisation of {Shape}";
}
