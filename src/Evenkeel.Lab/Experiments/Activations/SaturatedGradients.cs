using Evenkeel.Engine;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Activations;

/// <summary>Derivatives of sigmoid and tanh far from 0, and what they do to the first layers of a deep network.</summary>
public sealed class SaturatedGradients : Experiment
{
    private const int Layers = 10;
    private const int Units = 100;
    private const int Count = 64;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C35", Topics.Activations, "Saturated neurons kill gradients")
    {
        Source = "S4",
        Phrase = "Saturated neuron kills gradients",
        Question = "How small are the derivatives of sigmoid and tanh at 10, and a deep sigmoid network's first gradient?",
        Criterion = "Sigmoid 4.54e-5 within 1% and tanh at most 1e-8 at 10; in a sigmoid network of ten layers the first layer's gradient is below 1e-5 of the last one's.",
        Cost = Cost.Exact(1),
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var sigmoid = Derivative("sigmoid", 10);
        var tanh = Derivative("tanh", 10);
        var norms = ((string[])["sigmoid", "tanh", "relu"]).ToDictionary(static name => name, GradientNorms, StringComparer.Ordinal);
        Finding[] findings =
        [
            Judge.Near("sigmoid's derivative at 10", sigmoid, 4.5396e-5, 0.01, "kills gradients"),
            Judge.AtMost("tanh's derivative at 10", tanh, 1e-8, "kills gradients"),
            Judge.AtMost("sigmoid network: gradient of the first layer over that of the last", norms["sigmoid"][0] / norms["sigmoid"][^1], 1e-5, "kills gradients"),
        ];
        double[] layers = [.. Enumerable.Range(1, Layers).Select(static layer => (double)layer)];
        return Outcome.Of(context, Claim, findings, "A saturated unit passes on next to nothing. And a sigmoid need not be saturated for that: its derivative is at most 1/4, so every layer on the way back takes at least three quarters away. tanh's derivative at 10 is 8.2e-9; in single precision, where tanh(10) is 1, it is 0.") with
        {
            Evidence = [new PageSection("A network of ten hidden layers, before training").Figure(
                new Chart("Norm of the weights' gradient by layer", new ChartAxis("hidden layer"), new ChartAxis("norm") { Scale = AxisScale.Logarithmic }, [.. norms.Select(pair => new LineSeries(pair.Key, layers, pair.Value) { Markers = true })]),
                "Layers of 100, the usual first weights of each nonlinearity (Glorot; He for ReLU), normal inputs, random classes.")],
        };
    }

    private static double Derivative(string activation, float at)
    {
        using var probe = new LayerProbe(new Activation(activation), [1], 1);
        return probe.Backward([at], [1]).InputGradient[0];
    }

    private static double[] GradientNorms(string activation)
    {
        var model = Mlp.Create(new ModelOptions { Outputs = 10, Hidden = [.. Enumerable.Repeat(Units, Layers)], Activation = activation, Normalization = NormalizationKind.None }).Build(Shape.Batch(Units), 1);
        using var plan = GradientPlan.Compile(model, new SoftmaxCrossEntropy(), options: new PlanOptions { Capacity = Count, Threads = 1 });
        var slot = plan.CreateSlot();
        slot.Fill(LayerProbe.Normal(Count * Units, "features"), [.. Enumerable.Range(0, Count).Select(static i => i % 10)]);
        plan.Run(slot);
        return [.. Enumerable.Range(1, Layers).Select(layer => Descent.Norm(plan.Gradients[FormattableString.Invariant($"hidden{layer}.weight")].Span))];
    }
}
