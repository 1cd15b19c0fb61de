using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Lab.Workloads;
using Evenkeel.Layers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Activations;

/// <summary>Four things that are said of ELU: centred outputs, robustness to noise, less saturation, and its price.</summary>
/// <remarks>Clevert et al., arXiv 1511.07289: 8 hidden layers of 128 on MNIST.</remarks>
public sealed class EluProperties : Experiment
{
    private const int Layers = 8;

    private static readonly string[] Activations = ["elu", "relu", "leaky_relu"];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C42", Topics.Activations, "ELU is nearly centred, robust to noise, less saturated, and expensive")
    {
        Source = "S4",
        Phrase = "closer to zero centered / reduce saturation / robust to noise / computing expensive",
        Question = "Which of the four hold?",
        Criterion = "After training, the mean output over the layers nearer to 0 than ReLU's; for inputs around -5 with noise of deviation 1/2 less output variance than leaky ReLU; at least 3 times as long per number as ReLU; derivative at -5 above 0.1.",
        Cost = new(new(4, 3), new(120, 5), new(240, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 400, 2000, 6000);
        var runs = new PairedRuns<string>(context, Claim, "training", Activations, (activation, seed) => Workload.MnistRelu with { Network = new Network { Widths = [.. Enumerable.Repeat(128, Layers)], Activation = activation }, BatchSize = 64, Rate = 0.03f, Steps = steps, Seed = seed, Checkpoints = [steps], Looks = [0, steps] });
        Sample Mean(string activation) => runs.Of(activation, static run => run["look_mean"][^(int)run["look_layers"][0]..].Average(Math.Abs));
        var (elu, leaky) = (NoiseVariance("elu"), NoiseVariance("leaky_relu"));
        var times = ElementClock.Nanoseconds(["relu", "elu"], context.Of(3, 60, 200, 200));
        using var probe = new LayerProbe(new Activation("elu"), [1], 1);
        var derivative = probe.Backward([-5], [1]).InputGradient[0];
        Finding[] findings =
        [
            Judge.AtLeast("nearly centred: mean output of ReLU minus that of ELU, in size", Sample.OfDifferences(runs["relu"].Select(MeanOf), runs["elu"].Select(MeanOf)), 0, "closer to zero centred"),
            Judge.AtMost("robust to noise: output variance around -5, over leaky ReLU's", elu / leaky, 1, "robust"),
            Judge.AtLeast("expensive: time per number over ReLU's", times[1] / times[0], 3, "expensive"),
            Judge.AtLeast("reduces saturation: derivative at -5", derivative, 0.1, "reduces saturation"),
        ];
        double[] layers = [.. Enumerable.Range(1, Layers).Select(static layer => (double)layer)];
        return Outcome.Of(context, Claim, findings, "ELU is robust to noise on its negative side because it saturates there: the two properties are one, and the note asks for both robustness and less saturation. On the positive side it does not saturate, as ReLU does not. Its outputs can be negative, which brings their mean nearer to 0.") with
        {
            KeyNumbers = [.. Activations.Select(activation => new KeyNumber($"mean output, {activation}", Judge.WithSpread(Mean(activation))))],
            Evidence = [new PageSection("Mean outputs after training").Figure(
                new Chart("Mean output by layer", new ChartAxis("hidden layer"), new ChartAxis("mean"), [.. Activations.Select(activation => new LineSeries(activation, layers, [.. layers.Select((_, layer) => runs.Of(activation, run => run["look_mean"][Layers + layer]).Mean)]) { Markers = true })]),
                FormattableString.Invariant($"784-128x8-10, rate 0.03, batches of 64, {steps:N0} steps, 500 test images, mean of {runs.Seeds} seeds."))
                .Table(runs.Table("nonlinearity", static activation => activation, ("mean output, in size, over the layers", MeanOf), ("accuracy, %", static run => 100 * run.Last("accuracy"))))],
            Facts = [("output variance around -5", $"ELU {Judge.Number(elu)}, leaky ReLU {Judge.Number(leaky)}")],
        };
    }

    private static double MeanOf(RunResult run) => run["look_mean"][^(int)run["look_layers"][0]..].Average(Math.Abs);

    private static double NoiseVariance(string activation)
    {
        const int count = 4096;
        using var probe = new LayerProbe(new Activation(activation), [1], count);
        var outputs = probe.Infer([.. LayerProbe.Normal(count, "noise").Select(static value => (0.5f * value) - 5)]);
        return Math.Pow(Sample.Of(outputs.Select(static value => (double)value)).Deviation, 2);
    }
}
