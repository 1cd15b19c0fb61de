using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Activations;

/// <summary>The signs of a neuron's weight gradients: <c>dW_ij = x_i d_j</c> for one sample, a mean of such products for a batch.</summary>
public sealed class GradientSigns : Experiment
{
    private const int Inputs = 10;
    private const int Neurons = 2000;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C36", Topics.Activations, "With positive inputs all gradients of a neuron have one sign")
    {
        Source = "S4",
        Phrase = "input으로 모두 양수 ... gradient는 모두 양수거나 모두 음수",
        Question = "Do a neuron's weight gradients share their sign, for a sample and for a batch?",
        Criterion = "Positive inputs: for a single sample all gradients of every neuron have one sign; the mean over a batch of 64 still has one sign for at least 99% of the neurons. For centred inputs the share is 2^-9, by chance.",
        Cost = Cost.Exact(2),
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        int[] sizes = [1, 2, 4, 8, 16, 32, 64];
        double[] positive = [.. sizes.Select(static size => ShareOfOneSign(size, isPositive: true))];
        double[] centered = [.. sizes.Select(static size => ShareOfOneSign(size, isPositive: false))];
        var chance = Math.Pow(2, 1 - Inputs);
        Finding[] findings =
        [
            Judge.AtLeast("positive inputs, one sample: share of neurons with one sign", positive[0], 1, "all positive or all negative"),
            Judge.AtLeast("positive inputs, mean over 64 samples: share of neurons with one sign", positive[^1], 0.99, "all positive or all negative"),
            new("centred inputs, one sample: share of neurons with one sign", "2^-9 by chance", Judge.Number(centered[0]), "", null) { Carries = false },
            new("centred inputs, the same over many samples", FormattableString.Invariant($"{chance:0.0000} within 0.005"), Judge.Number(CenteredShare()), "", Math.Abs(CenteredShare() - chance) < 0.005) { Carries = false },
        ];
        double[] axis = [.. sizes.Select(static size => (double)size)];
        return Outcome.Of(context, Claim, findings, "For one sample it is so: with positive inputs all weights of a neuron go up together or down together. Descent uses means over batches, and there the signs mix as soon as the samples disagree about the neuron: in a batch of 64 hardly any neuron is left whose gradients share a sign. Inputs that are not centred still cost speed, by their conditioning (C37), not because steps could only go along one diagonal.") with
        {
            Evidence = [new PageSection("Neurons whose ten weight gradients all have one sign").Figure(
                new Chart("Share of neurons", new ChartAxis("samples in the batch") { Scale = AxisScale.Logarithmic }, new ChartAxis("share") { Numbers = NumberStyle.Percent, Minimum = 0, Maximum = 1 },
                    [new LineSeries("inputs in [0, 1]", axis, positive) { Markers = true }, new LineSeries("centred inputs", axis, centered) { Markers = true }]),
                "2,000 neurons, random gradients by their outputs. Inputs of one batch are shared by all neurons, so the centred curve at one sample is 0 or 1.")],
        };
    }

    /// <summary>Over 2,000 single samples: how often all inputs, and with them all gradients of any neuron, share a sign.</summary>
    private static double CenteredShare()
    {
        var inputs = LayerProbe.Normal(Inputs * Neurons, "centred samples");
        return Enumerable.Range(0, Neurons).Count(n => HaveOneSign(Enumerable.Range(0, Inputs).Select(i => inputs[(n * Inputs) + i]))) / (double)Neurons;
    }

    private static double ShareOfOneSign(int count, bool isPositive)
    {
        var name = FormattableString.Invariant($"inputs {count}");
        var features = isPositive ? LayerProbe.Uniform(count * Inputs, name) : LayerProbe.Normal(count * Inputs, name);
        using var probe = new LayerProbe(new Sequential(("fc", new Dense(Neurons, new DenseOptions { Bias = BiasUse.Never }))), [Inputs], count);
        probe.Backward(features, LayerProbe.Normal(count * Neurons, "cotangent"));
        var gradient = probe.Gradients["fc.weight"].ToArray();
        return Enumerable.Range(0, Neurons).Count(neuron => HaveOneSign(Enumerable.Range(0, Inputs).Select(i => gradient[(i * Neurons) + neuron]))) / (double)Neurons;
    }

    private static bool HaveOneSign(IEnumerable<float> values) => values.All(static value => value >= 0) || values.All(static value => value <= 0);
}
