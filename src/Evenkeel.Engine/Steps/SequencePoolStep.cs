using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Elementwise;

namespace Evenkeel.Engine.Steps;

/// <summary>Takes the last valid step of every sequence, or the mean of all valid ones, and hands cotangents back to them.</summary>
public sealed unsafe class SequencePoolStep : SampleStep, ILowering<SequencePoolNode>, ILowering<SequencePoolBackwardNode>
{
    private readonly Shape _sequence;
    private readonly SequencePooling _pooling;
    private readonly bool _isBackward;
    private readonly PlanBuffer? _mask;
    private readonly KernelEntry<ElementSweepArguments> _multiply;
    private readonly KernelEntry<ElementSweepArguments> _add;
    private PlanBuffer _input;
    private PlanBuffer _output;

    private SequencePoolStep(Node node, Shape sequence, Value? mask, SequencePooling pooling, bool isBackward, LoweringContext context)
        : base(node.Name, sequence, context)
    {
        (_sequence, _pooling, _isBackward) = (sequence, pooling, isBackward);
        (_input, _output) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Outputs[0]));
        _mask = mask is null ? null : context.BufferOf(mask);
        _multiply = KernelEntry<ElementSweepArguments>.Of<ElementSweep<MultiplyFactor>>(context.Width);
        _add = KernelEntry<ElementSweepArguments>.Of<ElementSweep<AddProduct>>(context.Width);
    }

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => _mask is null ? [OfSamples(_input)] : [OfSamples(_input), OfSamples(_mask)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [OfSamples(_output)];

    /// <summary>Adds the step.</summary>
    public static void Lower(SequencePoolNode node, LoweringContext context) => context.Add(new SequencePoolStep(node, node.Inputs[0].Shape, node.Mask, node.Pooling, false, context));

    /// <summary>Adds the step.</summary>
    public static void Lower(SequencePoolBackwardNode node, LoweringContext context) => context.Add(new SequencePoolStep(node, node.Output.Shape, node.Mask, node.Pooling, true, context));

    /// <inheritdoc/>
    public override void Run(Frame frame, int phase, in Part part)
    {
        var (first, end, _) = SamplesOf(part);
        var (steps, channels) = (_sequence.Sizes[0], _sequence.Channels);
        float* input = frame.Floats(_input), output = frame.Floats(_output);
        for (nint sample = first; sample < end; sample++)
        {
            var mask = _mask is null ? null : frame.Floats(_mask) + (sample * steps);
            var (count, last) = (0, -1);
            for (var step = 0; step < steps; step++)
            {
                if (mask == null || mask[step] != 0) (count, last) = (count + 1, step);
            }

            float* row = (_isBackward ? input : output) + (sample * channels), sequence = (_isBackward ? output : input) + (sample * steps * channels);
            if (!_isBackward) new Span<float>(row, channels).Clear();
            for (var step = 0; step < steps; step++, sequence += channels)
            {
                var weight = _pooling == SequencePooling.Last ? (step == last ? 1f : 0f) : mask == null || mask[step] != 0 ? 1f / count : 0f;
                if (weight != 0) Sweep(_isBackward ? _multiply : _add, row, sequence, &weight, _isBackward ? sequence : row);
                else if (_isBackward) new Span<float>(sequence, channels).Clear();
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
    public override string Describe() => $"{(_isBackward ? "backward of " : "")}{(_pooling == SequencePooling.Last ? "last step" : "mean over the steps")} of {_sequence}";

    private void Sweep(KernelEntry<ElementSweepArguments> kernel, float* a, float* b, float* factor, float* y)
    {
        var arguments = new ElementSweepArguments { First = a, Second = b, Channel = factor, Output = y, Stride = _sequence.Channels, Window = new Window(0, 1, 0, _sequence.Channels) };
        kernel.Run(ref arguments);
    }
}
