using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Engine.Steps;

/// <summary>Writes the number 1 where somebody reads it: most losses fold it away.</summary>
public sealed class FillOneStep : Step, ILowering<OneNode>
{
    private readonly PlanBuffer _output;

    private FillOneStep(OneNode node, LoweringContext context)
        : base(node.Name) => _output = context.BufferOf(node.Output);

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Single);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_output, false)];

    /// <summary>Adds the step.</summary>
    public static void Lower(OneNode node, LoweringContext context) => context.Add(new FillOneStep(node, context));

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => 1;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part) => *frame.Floats(_output) = 1;

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
    }

    /// <inheritdoc/>
    public override string Describe() => "the number 1";
}
