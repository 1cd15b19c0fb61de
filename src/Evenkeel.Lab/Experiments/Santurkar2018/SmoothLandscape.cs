using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Statistics;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Santurkar2018;

/// <summary>Figure 4 of the paper: range of the loss, predictiveness of the gradient and effective smoothness along the gradient.</summary>
public sealed class SmoothLandscape : Experiment
{
    private const double Rate = 0.1;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C06", Topics.BatchNorm, "Batch normalisation makes the loss landscape smoother")
    {
        Name = "santurkar2018/landscape",
        Source = "S0; Santurkar et al. 2018, section 3.1, figure 4",
        Phrase = "Optimization Problem을 Smooth하게",
        Question = "Along the gradient, do loss and gradient vary less with batch normalisation?",
        Criterion = "After step 200 (to 500), at rate 0.1, looks at 1/2 to 4 rates, mean over seeds: median range of the loss at least 3 times and median largest gradient change at least 2 times higher without normalisation. The first steps and beta times rate are reported apart.",
        Cost = new(new(45, 2), new(4000, 5), new(26_000, 5)),
        Datasets = [Cifar10.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var runs = SanturkarRuns.Convolutional(context, Claim, SanturkarRuns.Plain, SanturkarRuns.Normalised);
        Sample Ranges(string name, Func<double, bool> among) => Sample.Of(runs[name].Select(run => SanturkarRuns.MedianOf(run, i => run["loss_high"][i] - run["loss_low"][i], among)));
        Sample All(string name, string series, Func<double, bool> among) => Sample.Of(runs[name].Select(run => SanturkarRuns.Median(run, series, among)));
        double Range(string name, Func<double, bool> among) => Ranges(name, among).Mean;
        double Of(string name, string series, Func<double, bool> among) => All(name, series, among).Mean;
        static bool Late(double step) => step > 200;
        static bool First(double step) => step <= 100;
        var (plain, normalised) = (SanturkarRuns.Plain, SanturkarRuns.Normalised);
        Finding[] findings =
        [
            Times("range of the loss, plain over normalised", Ranges(plain, Late), Ranges(normalised, Late), 3, "8"),
            Times("largest gradient change, plain over normalised", All(plain, "change_high", Late), All(normalised, "change_high", Late), 2, "4 to 6"),
        ];
        return Outcome.Of(context, Claim, findings, "Walking along the gradient, by half a step to four, shows how far the loss and the gradient can be trusted. The two ratios say how much further that is with normalisation here: above 1 is the paper's direction, the bars ask for its size, and its figures are those of a deeper network. At the very start normalisation is the rougher one, and the effective beta sits where the rate puts it, near 2 over the rate, so that it says as much about the rate as about the network.") with
        {
            KeyNumbers =
            [
                new("range of the loss, first 100 steps", $"{Judge.Number(Range(plain, First))} / {Judge.Number(Range(normalised, First))}", "plain / normalised"),
                new("largest gradient change, first 100 steps", $"{Judge.Number(Of(plain, "change_high", First))} / {Judge.Number(Of(normalised, "change_high", First))}", "plain / normalised"),
                new("beta times rate after step 200", $"{Judge.Number(Rate * Of(plain, "beta", Late))} / {Judge.Number(Rate * Of(normalised, "beta", Late))}", "plain / normalised; 2 in the paper"),
            ],
            Evidence =
            [
                Figure("Range of the loss along the gradient", new ChartAxis("loss") { Scale = AxisScale.Logarithmic }, "4a", runs, "loss_low", "loss_high"),
                Figure("Range of the gradient's change", new ChartAxis("|g(eta) - g|") { Scale = AxisScale.Logarithmic }, "4b", runs, "change_low", "change_high"),
                new PageSection("Effective beta").Figure(
                    new Chart("Largest change of the gradient over distance", new ChartAxis("step"), new ChartAxis("beta") { Scale = AxisScale.Logarithmic }, [
                        Line("without", runs[plain][0], "beta"), Line("with normalisation", runs[normalised][0], "beta"),
                        PaperFigures.Of("4c", "Standard").Dashed("without, paper", 0, LastLook(runs)), PaperFigures.Of("4c", "BN").Dashed("with, paper", 1, LastLook(runs)),
                    ]), "First seed. Dashed: figure 4c of the paper."),
            ],
        };
    }

    private static LineSeries Line(string name, RunResult run, string series) => new(name, run["probe_step"], run[series]);

    /// <summary>How many times larger, judged by the means; their spread is shown.</summary>
    private static Finding Times(string name, Sample plain, Sample normalised, double bar, string paper)
    {
        var finding = Judge.AtLeast(name, plain.Mean / normalised.Mean, bar, paper);
        return finding with { Observed = $"{finding.Observed}: {Judge.WithSpread(plain)} and {Judge.WithSpread(normalised)}" };
    }

    private static double LastLook(Dictionary<string, RunResult[]> runs) => runs[SanturkarRuns.Plain][0]["probe_step"][^1];

    private static PageSection Figure(string title, ChartAxis axis, string figure, Dictionary<string, RunResult[]> runs, string low, string high)
    {
        var last = LastLook(runs);
        LineSeries Paper(string name, string series, int color) => PaperFigures.Of(figure, series).Dashed(name, color, last);
        BandSeries Band(string word, string name) => new(word, runs[name][0]["probe_step"], runs[name][0][low], runs[name][0][high]);
        return new PageSection(title).Figure(
            new Chart(title, new ChartAxis("step"), axis,
                [
                    Band("without", SanturkarRuns.Plain), Band("with normalisation", SanturkarRuns.Normalised),
                    Paper("without, paper", "Standard_min", 0), Paper("", "Standard_max", 0), Paper("with, paper", "BN_min", 1), Paper("", "BN_max", 1),
                ]),
            $"First seed; steps of 1/2 to 4 learning rates along the gradient of the step's own batch. Dashed: lowest and highest values in figure {figure} of the paper, a VGG network, whose loss includes a penalty on the weights; one look in two hundred steps.");
    }
}
