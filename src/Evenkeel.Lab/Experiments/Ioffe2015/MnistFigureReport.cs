using System.Globalization;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>What the page of the MNIST experiment shows.</summary>
internal static class MnistFigureReport
{
    private const int PlainColor = 1;
    private const int NormalisedColor = 0;
    private const int PaperColor = 7;

    public static IReadOnlyList<KeyNumber> KeyNumbers(MnistOutcome outcome)
    {
        var (plain, normalised) = (outcome.AsPaper.Plain, outcome.AsPaper.Normalised);
        var steps = Invariant($"after {outcome.Plan.Steps:N0} steps");
        return
        [
            new("with, at the paper's rate", Percent(normalised.Accuracy[^1]), $"{steps}; paper 98.16%"),
            new("without, at the paper's rate", Percent(plain.Accuracy[^1]), $"{steps}; paper 97.23%"),
            new("steps to 95%, with and without", $"{MnistFigureCriteria.Steps(normalised.StepsToTarget)} / {MnistFigureCriteria.Steps(plain.StepsToTarget)}", "paper 4,000 / 15,000 at 95.3%"),
            new("at their own fastest rates", $"{MnistFigureCriteria.Steps(outcome.OwnBest.Normalised.StepsToTarget)} / {MnistFigureCriteria.Steps(outcome.OwnBest.Plain.StepsToTarget)}", "not in the paper"),
        ];
    }

    public static IReadOnlyList<PageSection> Evidence(MnistOutcome outcome) => [AsPaper(outcome), EveryRate(outcome), OwnBest(outcome), Inputs(outcome), Setup(outcome)];

    public static IReadOnlyList<(string Name, string Value)> Facts(MnistOutcome outcome, ExperimentContext context) =>
    [
        ("dataset", context.Data("mnist").Name), ("steps", Invariant($"{outcome.Plan.Steps:N0}")), ("seeds", Invariant($"1 to {outcome.AsPaper.Plain.Runs.Count}")),
        ("grid", Invariant($"{outcome.Grid.Pairs.Count} points, {outcome.Plan.GridSteps:N0} steps each, seed {MnistFigure.GridSeed}")),
        ("steps refused as not finite", Invariant($"{outcome.Curves.Sum(static curve => curve.Refused)} in the judged runs, {outcome.Grid.Pairs.Sum(static pair => pair.Plain.Refused + pair.Normalised.Refused)} in the grid")),
    ];

    public static string Lesson(MnistOutcome outcome, Budget budget)
    {
        var sooner = outcome.Grid.Pairs.Count(static pair => pair.Ratio >= MnistFigureCriteria.LeastRatio);
        var (slow, fast) = (Ratio(outcome.AsPaper), Ratio(outcome.OwnBest));
        var text = Invariant($"At one and the same small learning rate, {At(outcome.AsPaper.Plain)}, normalisation saves steps: {slow}. With each network at its own fastest rate ({At(outcome.OwnBest.Plain)} without, {At(outcome.OwnBest.Normalised)} with) it is {fast}. ") +
            Invariant($"Normalisation reaches 95% at least twice as fast at {sooner} of the grid's {outcome.Grid.Pairs.Count} points. The paper's figure shows one rate, which it does not state; how large the lead is depends on it.");
        return budget switch
        {
            Budget.Smoke => "This was a smoke run: it shows that the experiment runs, and nothing else.",
            Budget.Quick => text + Invariant($" This quick run has {outcome.Plan.Steps:N0} of the paper's 50,000 steps: it carries the lead and the steps to 95%, not the final accuracies."),
            _ => text,
        };
    }

    private static PageSection AsPaper(MnistOutcome outcome)
    {
        var at = outcome.AsPaper.Plain;
        var grid = outcome.Grid.At(at.At).Plain;
        return new PageSection("At the paper's learning rate")
            .Figure(AccuracyChart("Test accuracy at the paper's rate", outcome.AsPaper, withPaper: true), "Figure 1a. Unbroken: measured here, mean over the seeds, whole test set, not smoothed. Dashed: the paper, whose curves are smoothed. The axis begins at 70% as the paper's does.")
            .Paragraph(Invariant($"The paper states neither its rate nor the deviation of its first weights, but its network without normalisation points to both. The inputs of its last sigmoids begin with a spread of {MnistChoices.PaperSpread:0.00} (85th minus 15th percentile, figure 1b), here {MnistChoices.Spread(grid):0.00} at deviation {at.At.Deviation}. At that deviation rate {at.At.Rate} comes nearest to its accuracy curve, {Away(grid)}. The network with normalisation then gets the same rate and deviation, as the paper added normalisation and changed nothing else."));
    }

    private static PageSection OwnBest(MnistOutcome outcome) => new PageSection("Each network at its own fastest rate")
        .Figure(AccuracyChart("Test accuracy at own fastest rates", outcome.OwnBest, withPaper: false), Invariant($"Without: {At(outcome.OwnBest.Plain)}. With: {At(outcome.OwnBest.Normalised)}. Each has the fewest steps to 95% of the held-out images in the grid; test images play no part in the choice."));

    private static PageSection EveryRate(MnistOutcome outcome)
    {
        var deviations = outcome.Plan.Deviations;
        ChartGrid Panels(string title, ChartAxis y, Func<MnistCurve, double> of) => new(title, [.. deviations.Select(deviation =>
        {
            var pairs = outcome.Grid.Pairs.Where(pair => pair.Plain.At.Deviation == deviation).ToArray();
            double[] rates = [.. pairs.Select(static pair => (double)pair.Plain.At.Rate)];
            LineSeries Line(bool batchNorm) => new(batchNorm ? "with" : "without", rates, [.. pairs.Select(pair => of(pair.Of(batchNorm)))]) { Color = batchNorm ? NormalisedColor : PlainColor, Markers = true };
            return new Chart(Invariant($"deviation {deviation}"), new ChartAxis("learning rate") { Scale = AxisScale.Logarithmic }, y, [Line(true), Line(false)]);
        })])
        { Columns = Math.Min(deviations.Length > 4 ? 3 : 2, deviations.Length), SharedY = true, SharedLegend = true, Width = 900 };
        var section = new PageSection("The same rate for both, over the whole grid");
        section.Figure(
            Panels(Invariant($"Held-out accuracy after {outcome.Plan.GridSteps:N0} steps"), new ChartAxis("accuracy") { Numbers = NumberStyle.Percent, Minimum = 0, Maximum = 1 }, static curve => curve.Accuracy[^1]),
            "One seed, which no run above uses. Normalisation learns over a wider range of rates and deviations.");
        section.Figure(
            Panels("Steps to 95% of the held-out images", new ChartAxis("steps") { Scale = AxisScale.Logarithmic }, static curve => curve.StepsToTarget ?? double.NaN),
            "No mark where 95% was not reached within the grid's steps.");
        section.Table(new PageTable(
            [new("rate", true), new("deviation", true), new("without", true), new("with", true), new("steps without", true), new("with", true), new("ratio", true), new("off the paper", true), new("first spread", true)],
            [.. outcome.Grid.Pairs.Select(static pair => (IReadOnlyList<string>)
            [
                Invariant($"{pair.Plain.At.Rate}"), Invariant($"{pair.Plain.At.Deviation}"), Percent(pair.Plain.Accuracy[^1]), Percent(pair.Normalised.Accuracy[^1]),
                MnistFigureCriteria.Steps(pair.Plain.StepsToTarget), MnistFigureCriteria.Steps(pair.Normalised.StepsToTarget), RatioCell(pair), Points(MnistChoices.Distance(pair.Plain)), Invariant($"{MnistChoices.Spread(pair.Plain):0.000}"),
            ])])
        { Caption = Invariant($"Held-out accuracy after {outcome.Plan.GridSteps:N0} steps and steps to 95%, at the same rate and deviation. Last two columns: the network without normalisation against the paper's, whose curve it misses by so many points on average and whose first spread is {MnistChoices.PaperSpread:0.000}") });
        return section;
    }

    private static PageSection Inputs(MnistOutcome outcome) => new PageSection("Inputs of a last sigmoid")
        .Figure(
            new ChartGrid("15th, 50th and 85th percentile of a sigmoid's input", [PercentileChart(outcome, false), PercentileChart(outcome, true)]) { SharedY = true, PanelHeight = 320, Width = 900 },
            "Figures 1b and 1c, at the paper's rate. Filled: one typical sigmoid of the last hidden layer here (the one whose median has the layer's median range, first seed). Dashed: the paper's. The paper's axis has no numbers; its whole length is taken for 50,000 steps.")
        .Paragraph(Invariant($"Percentiles are over the first {PerceptronTrial.ProbeSamples} test images, with the running statistics, as the network is used. Looking does not change training. The criterion takes the median over all 100 units, so that it does not hang on the choice of one."));

    private static PageSection Setup(MnistOutcome outcome) => new PageSection("Set-up, and what the paper leaves open").List(
        "As in section 4.1 of [the paper](https://arxiv.org/abs/1502.03167): binary 28x28 images (here: pixels above 0.5), three hidden layers of 100 sigmoids, ten outputs, cross-entropy, 60 samples per mini-batch, Gaussian first weights, batch normalisation before every sigmoid.",
        "Not stated there: optimizer, learning rate, deviation of the weights, epsilon. Here plain gradient descent at a constant rate, epsilon 1e-5; rate and deviation from the grid above by the two rules above.",
        Invariant($"The grid trains on the training images without 5,000 that are held out, and is judged on those; its seed is {MnistFigure.GridSeed}, and no judged run has it. Where a fastest rate or deviation is the lowest or highest of the grid, the better one may lie outside, and that part of the criterion is not decided."),
        "Test accuracy after every 100 steps up to 5,000 and every 500 from there on.");

    private static Chart AccuracyChart(string title, MnistPair pair, bool withPaper)
    {
        List<ChartSeries> series = [];
        foreach (var batchNorm in (ReadOnlySpan<bool>)[true, false])
        {
            var color = batchNorm ? NormalisedColor : PlainColor;
            var curve = pair.Of(batchNorm);
            series.Add(new LineSeries(batchNorm ? "with" : "without", [.. curve.Checkpoints.Select(static step => (double)step)], curve.Accuracy) { Color = color });
            if (!withPaper) continue;
            series.Add(PaperFigure.Accuracy(batchNorm).Dashed(batchNorm ? "with, paper" : "without, paper", color));
        }

        return new Chart(title, new ChartAxis("step") { Minimum = 0, Maximum = pair.Plain.Steps }, new ChartAxis("test accuracy") { Numbers = NumberStyle.Percent, Minimum = 0.7, Maximum = 1 }, series) { Width = 900, Height = 420 };
    }

    private static Chart PercentileChart(MnistOutcome outcome, bool batchNorm)
    {
        const double paperSteps = 50_000;
        var run = outcome.AsPaper.Of(batchNorm).Runs[0];
        List<ChartSeries> series = [new BandSeries("here", run["probe_step"], run["typical_p15"], run["typical_p85"]) { Middle = run["typical_p50"], Color = batchNorm ? NormalisedColor : PlainColor }];
        foreach (var percentile in (ReadOnlySpan<int>)[15, 50, 85])
        {
            var paper = PaperFigure.Percentile(batchNorm, percentile);
            series.Add(new LineSeries(percentile == 50 ? "paper" : "", [.. paper.X.Select(static share => share * paperSteps)], paper.Y) { Color = PaperColor, Style = LineStyle.Dashed });
        }

        return new Chart(Invariant($"{(batchNorm ? "With" : "Without")} (unit {run["typical_unit"][0]})"), new ChartAxis("step") { Minimum = 0, Maximum = outcome.Plan.Steps }, new ChartAxis("input"), series);
    }

    private static string Away(MnistCurve plain) => double.IsNaN(MnistChoices.Distance(plain))
        ? "as far as so few steps can tell"
        : Invariant($"on average {100 * MnistChoices.Distance(plain):0.0} points away over the paper's points up to step {plain.Steps:N0}");

    private static string At(MnistCurve curve) => Invariant($"rate {curve.At.Rate}, deviation {curve.At.Deviation}");

    private static string Ratio(MnistPair pair) =>
        Invariant($"{MnistFigureCriteria.Steps(pair.Normalised.StepsToTarget)} steps to 95% instead of {MnistFigureCriteria.Steps(pair.Plain.StepsToTarget)}");

    private static string RatioCell(MnistPair pair) => pair.Ratio is not { } ratio ? "" : Invariant($"{(pair.Plain.StepsToTarget is null ? "> " : "")}{ratio:0.0}");

    private static string Points(double distance) => double.IsNaN(distance) ? "" : (100 * distance).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Percent(double value) => (100 * value).ToString("0.00", CultureInfo.InvariantCulture) + "%";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
