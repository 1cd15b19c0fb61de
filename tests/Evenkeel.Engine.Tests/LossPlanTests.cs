using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;
using Evenkeel.Graph.Tests;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.TestKit;

namespace Evenkeel.Engine.Tests;

/// <summary>Every loss behind a product in a plan, against the same graph run in double by the book.</summary>
public sealed class LossPlanTests
{
    private static readonly Tolerance Plan = new(1e-7, 2e-5, "a product, a loss and a product in float, relative to the largest gradient");

    private static readonly string[] OfLabels = ["softmax_cross_entropy"];

    public static TheoryData<string, int> Matrix()
    {
        TheoryData<string, int> data = [];
        foreach (var name in LossTable.Names.Except(OfLabels))
            foreach (var count in new[] { 1, 5, 700 }) data.Add(name, count);
        return data;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Loss_and_gradient_are_those_of_the_book(string name, int count)
    {
        const int Outputs = 7;
        var loss = LossTable.Create(name);
        var model = new Dense(Outputs).Build(Shape.Batch(4), seed: 3);
        var x = new SeededRandom(1).Floats(count * 4);
        var targets = Array.ConvertAll(new SeededRandom(2).Uniforms(count * Outputs, 0, 1), u => name == "hinge" ? (u < 0.5 ? -1f : 1f) : (float)u);
        var terms = loss.Apply(model.Output);
        var parameters = model.ParameterNodes.Select(static node => node.Output).ToArray();
        var gradients = Differentiation.Gradients(terms.Loss, parameters);
        var book = new GraphInterpreter(count).With(model.Input.Output, Expect.Widen(x)).With(terms.Target.Output, Expect.Widen(targets));
        foreach (var parameter in parameters) book.With(parameter, Expect.Widen(model.Parameters[parameter.Producer.Name].Span));
        foreach (var width in WidthMatrix.Supported)
        {
            float[]? first = null;
            foreach (var threads in new[] { 1, 2 })
            {
                using var plan = GradientPlan.Compile(model, loss, options: new PlanOptions { Capacity = count + 1, Threads = threads, Width = width });
                var slot = plan.CreateSlot();
                slot.Fill(x, targets);
                Expect.Close(book.Run(terms.Loss)[0], plan.Run(slot).Loss, Plan, $"{name}, {width} bits");
                foreach (var parameter in parameters) Expect.Close(book.Run(gradients[parameter]), plan.Gradients[parameter.Producer.Name].ToArray(), Plan, $"{name}, {width} bits, {parameter}");
                Expect.SameBits<float>(first ??= plan.Gradients.Span.ToArray(), plan.Gradients.Span);
            }
        }
    }
}
