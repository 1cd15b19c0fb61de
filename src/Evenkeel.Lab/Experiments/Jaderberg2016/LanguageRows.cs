using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Jaderberg2016;

/// <summary>The language rows of the paper's table 2: bits per character by truncated backpropagation with and without a predicted gradient behind the end of a window.</summary>
/// <remarks>
/// Jaderberg et al. 2016, section 3.2 and table 2. A text made by program stands in for the Penn Treebank, so bits per character are not the paper's. The full budget has its 1024 units, batches of 256, rate of 7e-5 and factor of 0.1.
/// </remarks>
public sealed class LanguageRows : Experiment
{
    private const int Judged = 2;
    private const int Reference = 8;
    private const double LeastGain = 0.005;

    // Table 2, bits per character of the Penn Treebank by window.
    private static readonly Dictionary<int, (double Truncated, double? Synthetic, double? Auxiliary)> Paper = new()
    {
        [2] = (1.39, 1.37, 1.37),
        [3] = (1.38, 1.36, 1.36),
        [4] = (1.37, 1.35, 1.35),
        [5] = (1.37, 1.35, 1.35),
        [8] = (1.35, 1.34, 1.33),
        [20] = (1.35, null, null),
        [40] = (1.34, null, null),
    };

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("language", Topics.Decoupled, "Synthetic gradients make short windows read as if they were longer")
    {
        Name = "jaderberg2016/language",
        Source = "Jaderberg et al. 2016, table 2",
        Phrase = "Penn Treebank, bits per character",
        Question = "In predicting the next character, are fewer bits needed with synthetic gradients at the same truncation?",
        Criterion = "A text made by program stands in for the Penn Treebank. Bits per character of held-out text at windows of 2 characters after as many updates, mean over the seeds: with synthetic gradients at least 0.005 fewer than by truncated backpropagation (a proposal; paper 1.37 and 1.39). Beside the verdict: the auxiliary task costs at most 0.005 (paper 0); truncated backpropagation with windows of 8, after as many characters, needs less than with windows of 2, so that there is something to win.",
        Cost = new(new(20, 1), new(3600, 5), new(400_000, 5)),
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (windows, isShort) = (context.Of(4, 8000, 150_000, 2_000_000), context.Budget is Budget.Smoke or Budget.Quick);
        (int Window, bool Synthetic, bool Auxiliary)[] Rows(int window) => [(window, false, false), (window, true, false), (window, true, true)];
        (int Window, bool Synthetic, bool Auxiliary)[] arms = isShort
            ? [.. Rows(Judged), (Reference, false, false)]
            : [.. Paper.SelectMany(row => Rows(row.Key).Take(row.Value.Synthetic is null ? 1 : 3))];
        LanguageTrial Trial((int Window, bool Synthetic, bool Auxiliary) arm, ulong seed) => new()
        {
            Window = arm.Window,
            Synthetic = arm.Synthetic,
            Auxiliary = arm.Auxiliary,
            // Windows of more characters are fewer: every arm reads as many characters.
            Windows = Math.Max(1, windows * Judged / arm.Window),
            Seed = seed,
            Units = context.Of(8, 64, 128, 1024),
            BatchSize = context.Of(4, 32, 32, 256),
            Rate = context.Of(0.003f, 0.003f, 0.001f, 7e-5f),
            Characters = context.Of(400, 200_000, 2_000_000, 5_000_000),
            HeldOut = context.Of(100, 10_000, 50_000, 400_000),
            Checkpoints = context.Of(2, 5, 20, 50),
        };
        var runs = new PairedRuns<(int Window, bool Synthetic, bool Auxiliary)>(context, Claim, "reading", arms, Trial);
        Sample Bits(int window, bool synthetic, bool auxiliary = false) => runs.Of((window, synthetic, auxiliary), static run => run.Last("bits"));
        var gained = runs.Difference((Judged, false, false), (Judged, true, false), static run => run.Last("bits"));
        var aided = runs.Difference((Judged, true, false), (Judged, true, true), static run => run.Last("bits"));
        var longer = runs.Difference((Judged, false, false), (Reference, false, false), static run => run.Last("bits"));
        Finding[] findings =
        [
            new("bits per character saved by synthetic gradients, windows of 2", "at least 0.005", Judge.WithSpread(gained), "0.02", gained.Mean >= LeastGain),
            Judge.AtLeast("bits per character saved by the auxiliary task, windows of 2", aided, -LeastGain, "0") with { Carries = false },
            new("bits per character saved by windows of 8 instead of 2", "above 0", Judge.WithSpread(longer), "0.04", longer.Mean > 0) { Carries = false },
        ];
        LineSeries Line(int window, bool synthetic, bool auxiliary, string name) => new(name, [.. runs[(window, synthetic, auxiliary)][0]["step"].Select(step => step * window)], runs.Mean((window, synthetic, auxiliary), "bits")) { Markers = true };
        return Outcome.Of(context, Claim, findings, "Most of the next character is told by the last few: a state that runs on from window to window keeps them even where no gradient asks for it. What is left for longer windows, and for predicted gradients, is small; it takes long training to see it.") with
        {
            KeyNumbers = [new("truncated, 2", Judge.WithSpread(Bits(Judged, false)), "bits per character"), new("synthetic, 2", Judge.WithSpread(Bits(Judged, true)), "bits per character"), new("truncated, 8", Judge.WithSpread(Bits(Reference, false)), "bits per character")],
            Evidence = [new PageSection("Bits per character").Figure(
                new Chart("Held-out text", new ChartAxis("characters per lane"), new ChartAxis("loss", "bits per character"), [Line(Judged, false, false, "truncated, windows of 2"), Line(Judged, true, false, "synthetic, windows of 2"), Line(Judged, true, true, "and the auxiliary task"), Line(Reference, false, false, "truncated, windows of 8")]),
                FormattableString.Invariant($"LSTM, a text of {CharacterCorpus.Words} made-up words in sentences; every arm reads as many characters, one update per window; mean of {runs.Seeds} {(runs.Seeds == 1 ? "seed" : "seeds")}. The paper's numbers are those of the Penn Treebank."))
                .Table(new PageTable([new("window", true), new("truncated", true), new("synthetic", true), new("auxiliary", true), new("cosine of prediction and truth", true), new("paper: truncated", true), new("paper: synthetic", true), new("paper: auxiliary", true)],
                    [.. arms.Where(static arm => !arm.Synthetic).Select(arm => (IReadOnlyList<string>)
                    [
                        Judge.Number(arm.Window), Judge.WithSpread(Bits(arm.Window, false)),
                        .. arms.Contains((arm.Window, true, false)) ? [Judge.WithSpread(Bits(arm.Window, true)), Judge.WithSpread(Bits(arm.Window, true, true)), Judge.Number(runs.Of((arm.Window, true, false), static run => run["cosine"][0]).Mean)] : (string[])["-", "-", "-"],
                        Judge.Number(Paper[arm.Window].Truncated), Judge.Number(Paper[arm.Window].Synthetic ?? double.NaN), Judge.Number(Paper[arm.Window].Auxiliary ?? double.NaN),
                    ])]))],
            Facts = [("updates that were not finite", Judge.Number(arms.Sum(arm => runs[arm].Sum(static run => run["refused"][0])))), ("the text begins", CharacterCorpus.Read(CharacterCorpus.Text("training", 120)))],
        };
    }
}
