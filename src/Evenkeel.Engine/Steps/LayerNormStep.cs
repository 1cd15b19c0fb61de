using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Normalization;

namespace Evenkeel.Engine.Steps;

/// <summary>Layer normalisation or RMSNorm, place by place.</summary>
public sealed class LayerNormStep : SampleStep, ILowering<LayerNormNode>
{
    private readonly LayerNormNode _node;
    private readonly PlanBuffer? _gamma;
    private readonly PlanBuffer? _beta;
    private readonly PlanBuffer _statistics;
    private readonly KernelEntry<LayerNormForwardArguments> _kernel;
    private PlanBuffer _input;
    private PlanBuffer _output;

    private LayerNormStep(LayerNormNode node, LoweringContext context)
        : base(node.Name, node.Output.Shape, context)
    {
        _node = node;
        _input = context.BufferOf(node.Inputs[0]);
        _gamma = node.Gamma is { } gamma ? context.BufferOf(gamma) : null;
        _beta = node.Beta is { } beta ? context.BufferOf(beta) : null;
        _output = context.BufferOf(node.Output);
        _statistics = context.BufferOf(node.Statistics);
        _kernel = KernelEntry<LayerNormForwardArguments>.Of<LayerNormForward>(context.Width);
    }

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads
    {
        get
        {
            yield return OfSamples(_input);
            if (_gamma is not null) yield return new(_gamma, false);
            if (_beta is not null) yield return new(_beta, false);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [OfSamples(_output), OfSamples(_statistics)];

    /// <summary>Adds the step.</summary>
    public static void Lower(LayerNormNode node, LoweringContext context) => context.Add(new LayerNormStep(node, context));

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var (first, end, _) = SamplesOf(part);
        var arguments = new LayerNormForwardArguments
        {
            Input = frame.Floats(_input),
            Gamma = frame.FloatsOrNull(_gamma),
            Beta = frame.FloatsOrNull(_beta),
            Output = frame.Floats(_output),
            Statistics = frame.Floats(_statistics),
            FirstRow = Shape.Rows(first),
            EndRow = Shape.Rows(end),
            Channels = Shape.Channels,
            Epsilon = _node.Epsilon,
            SubtractsMean = _node.SubtractsMean,
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
    public override string Describe() => $"{(_node.SubtractsMean ? "layer" : "root mean square")} normalisation of {Shape}";
}
