using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.TestKit;

namespace Evenkeel.Graph.Tests.Autodiff;

/// <summary>Holds the gradients that adjoint rules build against central differences; both are run in double by the book.</summary>
internal static class AdjointCheck
{
    private const int Count = 5;

    public static Value Input(string name, Shape shape) => new InputNode(name, shape).Output;

    /// <summary>Every gradient by the inputs: a mean squared error against random targets gives each element another cotangent.</summary>
    public static void Check(Value output, params Value[] inputs) => CheckKnown(output, [], inputs);

    /// <summary>Likewise where some values are given, such as tokens and masks.</summary>
    public static void CheckKnown(Value output, Dictionary<Value, double[]> given, params Value[] inputs)
    {
        // A loss needs a batch; a fixed tensor is multiplied into one.
        var known = new Dictionary<Value, double[]>(given);
        var batched = output;
        if (!output.Shape.IsBatched)
        {
            var probe = Input("probe", Shape.Batch(output.Shape.Sizes[0]));
            batched = new MatrixProductNode("probed", probe, output).Output;
            known[probe] = new SeededRandom(98).Normals((int)probe.Shape.Elements(Count));
        }

        var targets = Input("targets", batched.Shape);
        known[targets] = new SeededRandom(99).Normals((int)batched.Shape.Elements(Count));

        CheckLoss(new MeanSquaredErrorNode("loss", batched, targets).Loss, known, inputs);
    }

    public static void CheckLoss(Value loss, Dictionary<Value, double[]> known, params Value[] inputs)
    {
        var gradients = Differentiation.Gradients(loss, inputs);
        var at = inputs.Select(static (input, i) => Values((int)input.Shape.Elements(Count), (ulong)i + 1)).ToArray();
        for (var i = 0; i < inputs.Length; i++)
        {
            double[] Run(Value target, double[] x)
            {
                var interpreter = new GraphInterpreter(Count);
                foreach (var node in NodeOrder.Of(target).OfType<InputNode>()) interpreter.With(node.Output, new double[node.Output.Shape.Elements(Count)]);
                foreach (var (value, numbers) in known) interpreter.With(value, numbers);
                for (var j = 0; j < inputs.Length; j++) interpreter.With(inputs[j], j == i ? x : at[j]);
                return interpreter.Run(target);
            }

            Assert.Equal(inputs[i].Shape, gradients[inputs[i]].Shape);
            GradientCheck.CheckLoss(x => Run(loss, x)[0], Run(gradients[inputs[i]], at[i]), at[i]);
        }
    }

    /// <summary>Numbers between -2 and 2 in random order, none of them near another one or near zero: differences step over no maximum's or rectifier's edge.</summary>
    private static double[] Values(int count, ulong seed)
    {
        double[] values = [.. Enumerable.Range(0, count).Select(i => ((4 * (i + 0.3)) / count) - 2)];
        new SeededRandom(seed).Shuffle<double>(values);
        return values;
    }
}
