using Evenkeel.Lab.Claims;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Initialization;

/// <summary>Large first weights saturate units; the gradient does not vanish for it.</summary>
public sealed class LargeWeights : Experiment
{
    private const int Units = 500;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C47", Topics.Initialization, "Very large weights saturate, and the gradient is zero")
    {
        Source = "S4",
        Phrase = "매우 큰 절대값 ... saturated ... gradient가 0",
        Question = "How many tanh units saturate with weights of deviation 1 in layers of 500, and how large is the first gradient?",
        Criterion = "At least 80% of the activations beyond 0.99; the gradient of the first hidden layer's weights below 1e-3 of the last one's.",
        Cost = Cost.Exact(2),
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (_, _, saturated) = DeepTanh.Activations(Units, 1);
        var norms = DeepTanh.GradientNorms(Units, 1, glorot: false);
        var ratio = norms[0] / norms[^1];
        Finding[] findings =
        [
            Judge.AtLeast("smallest share of activations beyond 0.99 in a layer", saturated.Min(), 0.8, "saturated"),
            Judge.AtMost("gradient of the first hidden layer over that of the last", ratio, 1e-3, "gradient 0"),
        ];
        double[] layers = [.. Enumerable.Range(1, DeepTanh.Layers).Select(static layer => (double)layer)];
        return Outcome.Of(context, Claim, findings, "Nearly all units saturate, and most of their derivatives are next to nothing. The gradient as a whole does not vanish: the few units in between have large weights behind them, and going back through a layer multiplies its norm by more than one. Large weights make gradients sparse and exploding, not zero.") with
        {
            Evidence = [new PageSection("Ten tanh layers of 500, weights of deviation 1").Figure(new Chart("Norm of the weights' gradient by layer", new ChartAxis("hidden layer"), new ChartAxis("norm") { Scale = AxisScale.Logarithmic }, [new LineSeries("gradient", layers, norms) { Markers = true }]) { Legend = false })
                .Figure(new Chart("Share of activations beyond 0.99", new ChartAxis("hidden layer"), new ChartAxis("share") { Numbers = NumberStyle.Percent, Minimum = 0, Maximum = 1 }, [new LineSeries("saturated", layers, saturated) { Markers = true }]) { Legend = false })],
        };
    }
}
