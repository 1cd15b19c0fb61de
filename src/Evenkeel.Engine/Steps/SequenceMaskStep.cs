using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Engine.Steps;

/// <summary>Finds the steps of sequences that are no padding.</summary>
public sealed unsafe class SequenceMaskStep : SampleStep, ILowering<SequenceMaskNode>
{
    private readonly SequenceMaskNode _node;
    private readonly int _features;
    private PlanBuffer _input;
    private PlanBuffer _output;

    private SequenceMaskStep(SequenceMaskNode node, LoweringContext context)
        : base(node.Name, node.Output.Shape, context)
    {
        (_node, _input, _output) = (node, context.BufferOf(node.Inputs[0]), context.BufferOf(node.Output));
        _features = checked((int)(node.Inputs[0].Shape.ElementsPerSample / node.Output.Shape.ElementsPerSample));
    }

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [OfSamples(_input)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [OfSamples(_output)];

    /// <summary>Adds the step.</summary>
    public static void Lower(SequenceMaskNode node, LoweringContext context) => context.Add(new SequenceMaskStep(node, context));

    /// <inheritdoc/>
    public override void Run(Frame frame, int phase, in Part part)
    {
        var (first, end, _) = SamplesOf(part);
        float* input = frame.Floats(_input), output = frame.Floats(_output);
        for (var place = (nint)(first * Shape.ElementsPerSample); place < (nint)(end * Shape.ElementsPerSample); place++)
            output[place] = new ReadOnlySpan<float>(input + (place * _features), _features).ContainsAnyExcept(_node.Padding) ? 1 : 0;
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_input == buffer) _input = by;
        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"mask of {_node.Inputs[0].Shape}, padding {_node.Padding}";
}
