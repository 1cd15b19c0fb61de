using System.Collections.Immutable;
using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Benchmarks.Networks;

/// <summary>Starts the backward pass from a given cotangent, as the peer's <c>y.backward(g)</c> does: the targets are taken as dy, and no loss is computed.</summary>
internal sealed class GivenCotangent : Loss
{
    static GivenCotangent() => LoweringTable.Register<Node, NoStep>();

    public override string Name => "given_cotangent";

    public override LossTerms Apply(Value output)
    {
        var targets = new InputNode("cotangent", output.Shape);
        return new LossTerms(targets, new Node("loss", output, targets.Output).Loss);
    }

    private sealed class Node : Graph.Nodes.Node
    {
        public Node(string name, Value output, Value cotangent)
            : base(name, output, cotangent) => Loss = AddOutput(Shape.Scalar);

        public Value Loss { get; }

        public override void Adjoint(AdjointContext context) => context.Add(Inputs[0], Inputs[1]);

        public override Graph.Nodes.Node WithInputs(ImmutableArray<Value> inputs) => new Node(Name, inputs[0], inputs[1]);
    }

    private sealed class NoStep(PlanBuffer output, PlanBuffer loss) : Step("loss"), ILowering<Node>
    {
        public override Grid Grid => new(GridKind.Single);

        public override IEnumerable<Access> Reads => [new(output, false)];

        public override IEnumerable<Access> Writes => [new(loss, false)];

        public static void Lower(Node node, LoweringContext context) => context.Add(new NoStep(context.BufferOf(node.Inputs[0]), context.BufferOf(node.Loss)));

        public override int Pieces(int phase, int count) => 1;

        public override unsafe void Run(Frame frame, int phase, in Part part) => *frame.Floats(loss) = 0;

        public override void Replace(PlanBuffer buffer, PlanBuffer by)
        {
        }

        public override string Describe() => "cotangent as given";
    }
}
