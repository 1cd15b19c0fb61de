using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Tests;
using Evenkeel.Layers.Losses;
using Evenkeel.TestKit;

namespace Evenkeel.Engine.Tests;

/// <summary>One step of a model against targets, by plans and in double by the book: loss and the gradients of all parameters.</summary>
internal sealed class BookRun(Model model, int count, ulong seed = 21, float[]? features = null)
{
    private readonly float[] _features = features ?? new SeededRandom(seed).Floats((int)model.Input.Output.Shape.Elements(count));
    private readonly float[] _targets = new SeededRandom(seed + 1).Floats((int)model.Output.Shape.Elements(count));

    /// <summary>The loss, then every parameter's gradient, in the order of the parameters, by a plan.</summary>
    public float[][] Run(PlanOptions options)
    {
        using var plan = TrainingPlan.Compile(model, new MeanSquaredError(), new Momentum(), options);
        plan.LearningRate = 0;
        var result = plan.Step(_features, _targets);
        Assert.True(result.Committed);
        return [[result.Loss], .. plan.Gradients.Select(static gradient => gradient.ToArray())];
    }

    /// <summary>The same in double.</summary>
    public double[][] Expected()
    {
        var terms = new MeanSquaredError().Apply(model.Output);
        var parameters = model.ParameterNodes.Select(static node => node.Output).ToArray();
        var gradients = Differentiation.Gradients(terms.Loss, parameters);
        return [Evaluate(terms, terms.Loss), .. parameters.Select(parameter => Evaluate(terms, gradients[parameter]))];
    }

    /// <summary>Fails where a plan is further from the book than rounding explains.</summary>
    public void Check(double[][] expected, PlanOptions options, Tolerance tolerance)
    {
        var actual = Run(options);
        for (var i = 0; i < expected.Length; i++) Expect.Close(expected[i], actual[i], tolerance, i == 0 ? "loss" : model.ParameterNodes[i - 1].Name);
    }

    private double[] Evaluate(LossTerms terms, Value value)
    {
        var interpreter = new GraphInterpreter(count).With(model.Input.Output, Expect.Widen(_features)).With(terms.Target.Output, Expect.Widen(_targets));
        foreach (var node in model.ParameterNodes) interpreter.With(node.Output, Expect.Widen(model.Parameters[node.Name].ToArray()));
        foreach (var node in model.StateNodes) interpreter.With(node.Output, model.States[node.Name].ToArray());
        return interpreter.Run(value);
    }
}
