using System.Globalization;
using Evenkeel.Lab.Reports;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>The page of the MNIST experiment.</summary>
internal static class MnistFigureReport
{
    private const int PlainColor = 1;
    private const int NormalisedColor = 0;

    public static HtmlPage Create(Experiment experiment, MnistOutcome outcome, IReadOnlyList<Finding> findings, ExperimentVerdict verdict, double seconds)
    {
        var page = ExperimentPage.Begin(experiment, findings, verdict);
        var (plain, normalised) = (outcome.MeanAccuracy(false), outcome.MeanAccuracy(true));
        page.KeyNumber("final accuracy with", Percent(normalised[^1]), "paper 98.16%");
        page.KeyNumber("final accuracy without", Percent(plain[^1]), "paper 97.23%");
        page.KeyNumber("steps to 95% with", MnistFigureCriteria.Steps(MnistFigureCriteria.StepsTo(outcome.Checkpoints, normalised)), "paper 4,000 at the latest");
        page.KeyNumber("steps to 95% without", MnistFigureCriteria.Steps(MnistFigureCriteria.StepsTo(outcome.Checkpoints, plain)), "paper 14,200");

        var accuracy = page.Section("Accuracy");
        accuracy.Figure(AccuracyChart(outcome), "Figure 1a. Unbroken: measured here, mean over the seeds, whole test set. Dashed: the paper. The axis begins at 70% as the paper's does.");
        ExperimentPage.AddFindings(page, findings);

        var percentiles = page.Section("Inputs of a last sigmoid");
        percentiles.Figure(
            new ChartGrid("15th, 50th and 85th percentile of a sigmoid's input", [PercentileChart(outcome, false), PercentileChart(outcome, true)]) { SharedY = true, PanelHeight = 320, Width = 900 },
            "Figures 1b and 1c. Filled: one typical sigmoid of the last hidden layer here (the one whose median has the layer's median range, first seed). Dashed: the paper's. The paper's axis has no numbers; its whole length is taken for the whole run.");
        percentiles.Paragraph(Invariant($"Percentiles are over the first {SigmoidNetwork.ProbeSamples} test images, with the running statistics, as the network is used. Looking does not change training. The criterion takes the median over all 100 units, so that it does not hang on the choice of one."));

        AddSetup(page, outcome);
        page.HowThisWasMade(
            Invariant($"evenkeel lab run {experiment.Id} --budget {outcome.Budget.ToString().ToLowerInvariant()} --seeds {outcome.Runs.Count}"),
            [
                ("dataset", outcome.Dataset), ("steps", Invariant($"{outcome.Steps:N0}")), ("seeds", Invariant($"1 to {outcome.Runs.Count}")),
                ("threads", Invariant($"{outcome.Threads} (two networks side by side from two on)")), ("seconds, all runs and the sweep", Invariant($"{seconds:0.0}")),
                ("steps refused as not finite", Invariant($"{outcome.Runs.Sum(static run => run.Plain.RefusedSteps + run.Normalised.RefusedSteps)}")),
                ("runtime", Environment.Version.ToString()),
            ]);
        return page;
    }

    private static Chart AccuracyChart(MnistOutcome outcome)
    {
        double[] steps = [.. outcome.Checkpoints.Select(static step => (double)step)];
        List<ChartSeries> series = [];
        foreach (var batchNorm in (ReadOnlySpan<bool>)[true, false])
        {
            var color = batchNorm ? NormalisedColor : PlainColor;
            var paper = PaperFigure.Accuracy(batchNorm);
            series.Add(new LineSeries(batchNorm ? "with" : "without", steps, outcome.MeanAccuracy(batchNorm)) { Color = color });
            series.Add(new LineSeries(batchNorm ? "with, paper" : "without, paper", paper.X, paper.Y) { Color = color, Style = LineStyle.Dashed });
        }

        return new Chart("Test accuracy with and without batch normalisation", new ChartAxis("step") { Minimum = 0, Maximum = outcome.Steps }, new ChartAxis("test accuracy") { Numbers = NumberStyle.Percent, Minimum = 0.7, Maximum = 1 }, series) { Width = 900, Height = 420 };
    }

    private static Chart PercentileChart(MnistOutcome outcome, bool batchNorm)
    {
        var run = outcome.Of(batchNorm).First();
        var unit = MnistFigureCriteria.TypicalUnit(run);
        var color = batchNorm ? NormalisedColor : PlainColor;
        double[] x = [.. run.Percentiles.Select(p => (double)p.Step / run.Setup.Steps)];
        double[] Values(Func<UnitPercentiles, double[]> of) => [.. run.Percentiles.Select(p => of(p)[unit])];
        List<ChartSeries> series = [new BandSeries("here", x, Values(static p => p.P15), Values(static p => p.P85)) { Middle = Values(static p => p.P50), Color = color }];
        foreach (var percentile in (ReadOnlySpan<int>)[15, 50, 85])
        {
            var paper = PaperFigure.Percentile(batchNorm, percentile);
            series.Add(new LineSeries(percentile == 50 ? "paper" : "", paper.X, paper.Y) { Color = 7, Style = LineStyle.Dashed });
        }

        return new Chart(Invariant($"{(batchNorm ? "With" : "Without")} (unit {unit})"), new ChartAxis("share of the run") { Numbers = NumberStyle.Percent, Minimum = 0, Maximum = 1 }, new ChartAxis("input"), series);
    }

    private static void AddSetup(HtmlPage page, MnistOutcome outcome)
    {
        var (plain, normalised) = (outcome.Runs[0].Plain.Setup, outcome.Runs[0].Normalised.Setup);
        var section = page.Section("Set-up, and what the paper leaves open");
        section.List(
            "As in section 4.1 of [the paper](https://arxiv.org/abs/1502.03167): binary 28x28 images (here: pixels above 0.5), three hidden layers of 100 sigmoids, ten outputs, cross-entropy, 60 samples per mini-batch, Gaussian first weights, batch normalisation before every sigmoid.",
            Invariant($"Not stated there: optimizer, learning rate, deviation of the weights, epsilon. Here plain gradient descent at a constant rate, epsilon 1e-5; without: rate {plain.LearningRate}, deviation {plain.Deviation}; with: rate {normalised.LearningRate}, deviation {normalised.Deviation}."),
            Invariant($"Test accuracy after every 100 steps up to 5,000 and every 500 from there on. The paper's curves are smoothed and begin at step 3,600; ours are not smoothed."));
        if (outcome.Sweep.Count == 0)
        {
            section.Paragraph("This budget has no sweep: both networks take the rate and deviation that others took who ran the experiment again. It also has fewer steps than the paper, so shares of the run are not the paper's steps.");
            return;
        }

        section.Paragraph(Invariant($"Each network has its own best rate and deviation: the highest accuracy after {outcome.SweepSteps:N0} steps on a twelfth of the training images that was held out, with a seed that no run above uses."));
        section.Table(new PageTable(
            [new("rate", true), new("deviation", true), new("without", true), new("with", true)],
            [.. outcome.Sweep.Select(static point => (IReadOnlyList<string>)[Invariant($"{point.LearningRate}"), Invariant($"{point.Deviation}"), Percent(point.Plain), Percent(point.Normalised)])])
        { Caption = "Held-out accuracy of the sweep" });
        var (low, high) = (outcome.Sweep.Min(static point => point.LearningRate), outcome.Sweep.Max(static point => point.LearningRate));
        section.Paragraph(Invariant($"The lead depends on the rate, which the paper does not state. Mean lead of normalisation over the deviations: {Lead(outcome, low)} points at rate {low}, {Lead(outcome, high)} points at rate {high}. {(plain.LearningRate == high || normalised.LearningRate == high ? "A chosen rate is the largest one of the sweep: the best one may lie above it." : "")}"));
    }

    private static string Lead(MnistOutcome outcome, float rate) =>
        (100 * outcome.Sweep.Where(point => point.LearningRate == rate).Average(static point => point.Normalised - point.Plain)).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Percent(double value) => (100 * value).ToString("0.00", CultureInfo.InvariantCulture) + "%";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
