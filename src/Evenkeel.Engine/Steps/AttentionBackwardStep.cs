using Evenkeel.Engine.Attention;
using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Attention;

namespace Evenkeel.Engine.Steps;

/// <summary>The backward pass of attention, sample by sample and head by head.</summary>
public sealed unsafe class AttentionBackwardStep : SampleStep, ILowering<AttentionBackwardNode>
{
    private readonly int _heads;
    private readonly HeadProducts _products;
    private readonly PlanBuffer _input;
    private readonly PlanBuffer _weights;
    private readonly KernelEntry<AttentionWeightsBackwardArguments> _kernel;
    private PlanBuffer _cotangent;
    private PlanBuffer _output;

    private AttentionBackwardStep(AttentionBackwardNode node, LoweringContext context)
        : base(node.Name, node.Inputs[0].Shape, context)
    {
        _heads = node.Heads;
        _products = new HeadProducts(node.Output.Shape, node.Heads, context.Width);
        (_cotangent, _input, _weights, _output) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), context.BufferOf(node.Inputs[2]), context.BufferOf(node.Output));
        _kernel = KernelEntry<AttentionWeightsBackwardArguments>.Of<AttentionWeightsBackward>(context.Width);
    }

    /// <inheritdoc/>
    public override long ScratchFloats => _products.ScratchFloats + ((long)Shape.Sizes[0] * Shape.Sizes[0]);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [OfSamples(_cotangent), OfSamples(_input), OfSamples(_weights)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [OfSamples(_output)];

    /// <summary>Adds the step.</summary>
    public static void Lower(AttentionBackwardNode node, LoweringContext context) => context.Add(new AttentionBackwardStep(node, context));

    /// <inheritdoc/>
    public override void Run(Frame frame, int phase, in Part part)
    {
        var (first, end, _) = SamplesOf(part);
        var (steps, units, stride) = (Shape.Sizes[0], _products.Units, _products.Stride);
        float* scratch = frame.Scratch, scores = scratch + _products.ScratchFloats;
        for (nint sample = first; sample < end; sample++)
        {
            for (var head = 0; head < _heads; head++)
            {
                float* queries = _products.Queries(frame.Floats(_input), sample, head), keys = queries + units, values = keys + units;
                var gradient = _products.Queries(frame.Floats(_output), sample, head);
                var cotangent = _products.Outputs(frame.Floats(_cotangent), sample, head);
                var weights = frame.Floats(_weights) + (((sample * _heads) + head) * steps * steps);
                _products.Means(weights, transposes: true, cotangent, units, gradient + (2 * units), stride, scratch);
                _products.Scores(cotangent, units, values, stride, scores, scratch);
                var arguments = new AttentionWeightsBackwardArguments { Weights = weights, Cotangent = scores, Rows = steps, Keys = steps, Scale = _products.Scale };
                _kernel.Run(ref arguments);
                _products.Means(scores, transposes: false, keys, stride, gradient, stride, scratch);
                _products.Means(scores, transposes: true, queries, stride, gradient + units, stride, scratch);
            }
        }
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_cotangent == buffer) _cotangent = by;
        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"backward of attention of {_heads} heads over {Shape}";
}
