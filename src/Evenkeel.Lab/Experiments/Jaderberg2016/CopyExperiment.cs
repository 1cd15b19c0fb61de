using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Jaderberg2016;

/// <summary>A task of copying: truncated backpropagation with and without a predicted gradient behind the end of a window.</summary>
/// <remarks>
/// Jaderberg et al. 2016, section 3.2 and table 2. The paper has 256 units, batches of 256 and rate 7e-5, which the full budget takes; the others have 64 units, batches of 32 and rate 0.001, chosen among 0.0003, 0.001 and 0.003 on seed 1001, which no verdict uses. Predicted gradients are used at a factor of 0.1, as in the paper.
/// </remarks>
public abstract class CopyExperiment : Experiment
{
    private const int Judged = 3;

    /// <summary>What stands behind a window's end: nothing, a predicted gradient, or that and the auxiliary task of expecting it a window before.</summary>
    private enum Kind
    {
        Truncated,
        Synthetic,
        Auxiliary,
    }

    private const double LeastRatio = 1.5;

    /// <summary>A run at the budget's size; window, module and seed are set for it.</summary>
    private protected abstract CopyTrial Trial(ExperimentContext context);

    /// <summary>The paper's longest sequences at windows of 2 to 5 steps.</summary>
    private protected abstract IReadOnlyDictionary<int, (int Truncated, int Synthetic, int Auxiliary)> Paper { get; }

    /// <summary>What a length counts.</summary>
    private protected abstract string LengthUnit { get; }

    /// <summary>What is shown and asked for, in a sentence without its end.</summary>
    private protected abstract string Task { get; }

    /// <summary>Whether the updates until a length are judged too.</summary>
    private protected virtual bool JudgesUpdates => false;

    /// <summary>A network of the budget's size, with the paper's factor for predicted gradients.</summary>
    private protected static CopyTrial Sized(ExperimentContext context, int windows) => new()
    {
        Window = Judged,
        Windows = windows,
        Share = 0.1f,
        Seed = 1,
        Units = context.Of(8, 64, 64, 256),
        BatchSize = context.Of(4, 32, 32, 256),
        Rate = context.Budget == Budget.Full ? 7e-5f : 1e-3f,
    };

    /// <inheritdoc/>
    public sealed override Outcome Run(ExperimentContext context)
    {
        var (seeds, setup) = (context.Seeds(Claim), Trial(context));
        int[] sizes = context.Budget is Budget.Standard or Budget.Full ? [.. Paper.Keys] : [Judged];
        (int Window, Kind Kind)[] arms = [.. sizes.SelectMany(static size => Enum.GetValues<Kind>().Select(kind => (size, kind)))];
        var results = context.Run("copying", [.. arms.SelectMany(arm => Enumerable.Range(1, seeds).Select(seed => setup with { Window = arm.Window, Synthetic = arm.Kind != Kind.Truncated, Auxiliary = arm.Kind == Kind.Auxiliary, Seed = (ulong)seed }))]);
        RunResult[] Runs(int window, Kind kind) => [.. results.Skip(Array.IndexOf(arms, (window, kind)) * seeds).Take(seeds)];
        Sample Longest(int window, Kind kind) => Sample.Of(Runs(window, kind).Select(static run => run["solved"][0]));
        var (truncated, synthetic, auxiliary) = (Longest(Judged, Kind.Truncated), Longest(Judged, Kind.Synthetic), Longest(Judged, Kind.Auxiliary));
        var gained = synthetic.Mean >= LeastRatio * truncated.Mean;
        var (paperTruncated, paperSynthetic, paperAuxiliary) = Paper[Judged];

        // The claim is about where training ends: a run that is cut short can show the gain, but not that there is none.
        bool? holds = truncated.Mean < 1 || (context.Budget == Budget.Quick && Claim.MayStayOpen.Length > 0 && !gained) ? null : gained;
        double? UpdatesTo(Kind kind)
        {
            var runs = Runs(Judged, kind);
            var common = Runs(Judged, Kind.Truncated).Min(static run => run["solved"][0]);
            return common < 1 || runs.Any(run => run["solved"][0] < common) ? null : runs.Average(run => run["solved_at"][Array.FindIndex(run["lengths"], length => length >= common)]);
        }

        List<Finding> findings =
        [
            new("longest solved sequence, windows of 3: synthetic over truncated", "at least 1.5 times",
                FormattableString.Invariant($"{Judge.WithSpread(synthetic)} and {Judge.WithSpread(truncated)}{(truncated.Mean < 1 ? "" : $", {Judge.Number(synthetic.Mean / truncated.Mean)} times")}"),
                FormattableString.Invariant($"{paperSynthetic} and {paperTruncated}: {(double)paperSynthetic / paperTruncated:0.##} times"), holds),
        ];
        if (JudgesUpdates) findings.Add(Judge.Ratio("updates until the longest sequence that truncated backpropagation solves with every seed: truncated and synthetic", UpdatesTo(Kind.Truncated), UpdatesTo(Kind.Synthetic), setup.Windows, LeastRatio));
        findings.Add(new("the same with the auxiliary task and without", "at least as long with it", FormattableString.Invariant($"{Judge.WithSpread(auxiliary)} and {Judge.WithSpread(synthetic)}"), FormattableString.Invariant($"{paperAuxiliary} and {paperSynthetic}"), holds is null ? null : auxiliary.Mean >= synthetic.Mean) { Carries = false });
        LineSeries Line(Kind kind, string name)
        {
            var run = Runs(Judged, kind)[0];
            return new(name, [0, .. run["solved_at"], setup.Windows], [0, .. run["lengths"], run["solved"][0]]) { Style = LineStyle.Solid, Markers = true };
        }

        return Outcome.Of(context, Claim, findings, "A window's end cuts off what a memory is for: the gradient of what will be asked later. Without it a network still learns what fits into a window, and some more by luck, since its state runs on. A module that predicts the missing gradient from the state hands it back window by window, at the price of a small network, and of a guess that has to be learnt first.") with
        {
            KeyNumbers = [new("truncated", Judge.WithSpread(truncated), "longest solved"), new("synthetic", Judge.WithSpread(synthetic), "longest solved"), new("and the auxiliary task", Judge.WithSpread(auxiliary), "longest solved")],
            Evidence = [new PageSection("Longer and longer sequences").Figure(
                new Chart("Longest sequence solved, windows of 3", new ChartAxis("update"), new ChartAxis("length", LengthUnit), [Line(Kind.Truncated, "truncated"), Line(Kind.Synthetic, "synthetic gradients"), Line(Kind.Auxiliary, "and the auxiliary task")]),
                FormattableString.Invariant($"LSTM, {Task}; the state runs on from window to window; Adam, one update per window. The first of {seeds} {(seeds == 1 ? "seed" : "seeds")}; the number of updates is {setup.Windows:N0}."))
                .Table(new PageTable([new("window", true), new("truncated", true), new("synthetic", true), new("auxiliary", true), new("cosine of prediction and truth", true), new("paper: truncated", true), new("paper: synthetic", true), new("paper: auxiliary", true)],
                    [.. sizes.Select(size => (IReadOnlyList<string>)[Judge.Number(size), Judge.WithSpread(Longest(size, Kind.Truncated)), Judge.WithSpread(Longest(size, Kind.Synthetic)), Judge.WithSpread(Longest(size, Kind.Auxiliary)), Judge.Number(Runs(size, Kind.Synthetic).Average(static run => run["cosine"][0])), Judge.Number(Paper[size].Truncated), Judge.Number(Paper[size].Synthetic), Judge.Number(Paper[size].Auxiliary)])]))],
            Facts = [("updates that were not finite", Judge.Number(results.Sum(static run => run["refused"][0])))],
        };
    }
}
