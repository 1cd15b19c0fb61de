using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Engine.Steps;

/// <summary>Copies a vector several times, or adds such copies up, in double and in order.</summary>
public sealed unsafe class RepeatStep : Step, ILowering<RepeatNode>, ILowering<RepeatSumNode>
{
    private readonly bool _adds;
    private readonly int _times;
    private readonly int _channels;
    private readonly PlanBuffer _input;
    private PlanBuffer _output;

    private RepeatStep(Node node, bool adds, int times, int channels, LoweringContext context)
        : base(node.Name)
    {
        (_adds, _times, _channels) = (adds, times, channels);
        (_input, _output) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Outputs[0]));
    }

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Single);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_input, false)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_output, false)];

    /// <summary>Adds the step: before all others where it copies a parameter, which in evaluation stays as it is between runs.</summary>
    public static void Lower(RepeatNode node, LoweringContext context)
    {
        var isParameter = node.Inputs[0].Producer is ParameterNode;
        var isPrepared = isParameter && context.Mode == PlanMode.Evaluate;
        if (isPrepared) context.Assign(node.Output, context.NewDerived(node.Output.Name, node.Output.Shape));
        var step = new RepeatStep(node, false, node.Times, node.Inputs[0].Shape.Channels, context);
        if (isPrepared) context.AddPreparation(step);
        else if (isParameter) context.AddFirst(step);
        else context.Add(step);
    }

    /// <summary>Adds the step.</summary>
    public static void Lower(RepeatSumNode node, LoweringContext context) => context.Add(new RepeatStep(node, true, node.Times, node.Output.Shape.Channels, context));

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => 1;

    /// <inheritdoc/>
    public override void Run(Frame frame, int phase, in Part part)
    {
        float* input = frame.Floats(_input), output = frame.Floats(_output);
        for (var channel = 0; channel < _channels; channel++)
        {
            var sum = 0.0;
            for (var copy = 0; copy < _times; copy++)
            {
                var at = (copy * _channels) + channel;
                if (_adds) sum += input[at];
                else output[at] = input[channel];
            }

            if (_adds) output[channel] = (float)sum;
        }
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"{(_adds ? "add" : "make")} {_times} copies of {_channels} numbers";
}
