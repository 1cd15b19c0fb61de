using Evenkeel.Engine.Attention;
using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Attention;

namespace Evenkeel.Engine.Steps;

/// <summary>Scaled dot-product attention, sample by sample and head by head.</summary>
public sealed unsafe class AttentionStep : SampleStep, ILowering<AttentionNode>
{
    private readonly AttentionNode _node;
    private readonly HeadProducts _products;
    private readonly PlanBuffer? _mask;
    private readonly PlanBuffer _weights;
    private readonly KernelEntry<AttentionWeightsArguments> _kernel;
    private PlanBuffer _input;
    private PlanBuffer _output;

    private AttentionStep(AttentionNode node, LoweringContext context)
        : base(node.Name, node.Output.Shape, context)
    {
        _node = node;
        _products = new HeadProducts(node.Inputs[0].Shape, node.Heads, context.Width);
        (_input, _output, _weights) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Output), context.BufferOf(node.Weights));
        _mask = node.Mask is { } mask ? context.BufferOf(mask) : null;
        _kernel = KernelEntry<AttentionWeightsArguments>.Of<AttentionWeights>(context.Width);
    }

    /// <inheritdoc/>
    public override long ScratchFloats => _products.ScratchFloats;

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => _mask is null ? [OfSamples(_input)] : [OfSamples(_input), OfSamples(_mask)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [OfSamples(_output), OfSamples(_weights)];

    /// <summary>Adds the step.</summary>
    public static void Lower(AttentionNode node, LoweringContext context) => context.Add(new AttentionStep(node, context));

    /// <inheritdoc/>
    public override void Run(Frame frame, int phase, in Part part)
    {
        var (first, end, _) = SamplesOf(part);
        var (steps, units) = (_node.Steps, _products.Units);
        for (nint sample = first; sample < end; sample++)
        {
            for (var head = 0; head < _node.Heads; head++)
            {
                var queries = _products.Queries(frame.Floats(_input), sample, head);
                var weights = frame.Floats(_weights) + (((sample * _node.Heads) + head) * steps * steps);
                _products.Scores(queries, _products.Stride, queries + units, _products.Stride, weights, frame.Scratch);
                var arguments = new AttentionWeightsArguments
                {
                    Scores = weights,
                    Mask = _mask is null ? null : frame.Floats(_mask) + (sample * steps),
                    Rows = steps,
                    Keys = steps,
                    IsCausal = _node.IsCausal,
                    Scale = _products.Scale,
                };
                _kernel.Run(ref arguments);
                _products.Means(weights, transposes: false, queries + (2 * units), _products.Stride, _products.Outputs(frame.Floats(_output), sample, head), units, frame.Scratch);
            }
        }
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_input == buffer) _input = by;
        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"{(_node.IsCausal ? "causal " : "")}attention of {_node.Heads} heads over {Shape}";
}
