using Evenkeel.Lab.Claims;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Initialization;

/// <summary>Small first weights: activations shrink by <c>deviation sqrt(units)</c> from layer to layer.</summary>
public sealed class TinyWeights : Experiment
{
    private const int Units = 500;
    private const float Deviation = 0.01f;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C45", Topics.Initialization, "Very small weights shrink activations layer by layer")
    {
        Source = "S4",
        Phrase = "매우 작은 값 ... A값이 점점 작아지며",
        Question = "How fast do activations shrink in ten tanh layers of 500 with weights of deviation 0.01?",
        Criterion = "The deviation of layer l's activations is 0.2236^l times the input's, within 10%.",
        Cost = Cost.Exact(2),
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (inputDeviation, deviations, _) = DeepTanh.Activations(Units, Deviation);
        var factor = Deviation * Math.Sqrt(Units);
        double[] expected = [.. Enumerable.Range(1, DeepTanh.Layers).Select(layer => inputDeviation * Math.Pow(factor, layer))];
        var worst = deviations.Zip(expected, static (measured, closed) => Math.Abs((measured / closed) - 1)).Max();
        Finding[] findings = [Judge.AtMost("largest distance from 0.2236^l over the ten layers, as a share", worst, 0.1, "smaller and smaller")];
        double[] layers = [.. Enumerable.Range(1, DeepTanh.Layers).Select(static layer => (double)layer)];
        return Outcome.Of(context, Claim, findings, "Every layer multiplies the deviation by that of its weights times the root of the number of inputs, here 0.2236: after ten layers three ten-millionths are left. Glorot's and He's rules choose the deviation so that the factor is 1.") with
        {
            Evidence = [new PageSection("Ten tanh layers of 500").Figure(new Chart("Standard deviation of the activations", new ChartAxis("layer"), new ChartAxis("deviation") { Scale = AxisScale.Logarithmic },
                [new LineSeries("measured", layers, deviations) { Markers = true }, new LineSeries("0.2236^l", layers, expected) { Style = LineStyle.Dashed }]))],
        };
    }
}
