using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Jaderberg2016;

/// <summary>The copy task: truncated backpropagation with and without a predicted gradient behind the end of a window.</summary>
/// <remarks>
/// Jaderberg et al. 2016, section 3.2 and table 2. The paper has 256 units, batches of 256 and rate 7e-5, which the full budget takes; the others have 64 units, batches of 32 and rate 0.001, chosen among 0.0003, 0.001 and 0.003 on seed 1001, which no verdict uses.
/// </remarks>
public sealed class CopyTask : Experiment
{
    private const int Judged = 3;
    private const double LeastRatio = 1.5;

    // Table 2, longest sequences solved with windows of 2 to 5 steps.
    private static readonly Dictionary<int, (int Truncated, int Synthetic)> Paper = new() { [2] = (7, 16), [3] = (8, 14), [4] = (10, 18), [5] = (8, 18) };

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C77", Topics.Decoupled, "Synthetic gradients lengthen what a recurrent network learns")
    {
        Name = "jaderberg2016/copy",
        Source = "S0; Jaderberg et al. 2016, table 2",
        Phrase = "RNN에 적용",
        Question = "In the copy task, are longer sequences solved with synthetic gradients at the same truncation?",
        Criterion = "At windows of 3 time steps and as many updates: longest solved sequence at least 1.5 times that of truncated backpropagation (paper 14 and 8). Solved: below 0.15 bits per bit over 20 batches; then sequences grow by one. A quick run without the gain decides nothing.",
        Cost = new(new(40, 1), new(1800, 5), new(200_000, 5)),
        MayStayOpen = "The task needs long training: a quick run can show the gain, but not that there is none.",
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (seeds, isFull, windows) = (context.Seeds(Claim), context.Budget == Budget.Full, context.Of(4, 30_000, 200_000, 2_000_000));
        int[] sizes = context.Budget is Budget.Standard or Budget.Full ? [2, 3, 4, 5] : [Judged];
        (int Window, bool Synthetic)[] arms = [.. sizes.SelectMany(static size => new[] { (size, false), (size, true) })];
        var results = context.Run("copying", [.. arms.SelectMany(arm => Enumerable.Range(1, seeds).Select(seed => new CopyTrial
        {
            Window = arm.Window,
            Synthetic = arm.Synthetic,
            Windows = windows,
            Seed = (ulong)seed,
            Units = context.Of(8, 64, 64, 256),
            BatchSize = context.Of(4, 32, 32, 256),
            Rate = isFull ? 7e-5f : 1e-3f,
        }))]);
        RunResult[] Runs(int window, bool synthetic) => [.. results.Skip(Array.IndexOf(arms, (window, synthetic)) * seeds).Take(seeds)];
        Sample Longest(int window, bool synthetic) => Sample.Of(Runs(window, synthetic).Select(static run => run["solved"][0]));
        var (truncated, synthetic) = (Longest(Judged, false), Longest(Judged, true));
        var gained = synthetic.Mean >= LeastRatio * truncated.Mean;

        // The claim is about where training ends: a run that is cut short can show the gain, but not that there is none.
        bool? holds = truncated.Mean < 1 || (context.Budget == Budget.Quick && !gained) ? null : gained;
        Finding[] findings =
        [
            new("longest solved sequence, windows of 3: synthetic over truncated", "at least 1.5 times",
                FormattableString.Invariant($"{Judge.WithSpread(synthetic)} and {Judge.WithSpread(truncated)}{(truncated.Mean < 1 ? "" : $", {Judge.Number(synthetic.Mean / truncated.Mean)} times")}"), "14 and 8: 1.75 times", holds),
        ];
        LineSeries Line(bool isSynthetic, string name)
        {
            var at = Runs(Judged, isSynthetic)[0]["solved_at"];
            return new(name, [0, .. at, windows], [0, .. Enumerable.Range(1, at.Length).Select(static length => (double)length), at.Length]) { Style = LineStyle.Solid, Markers = true };
        }

        return Outcome.Of(context, Claim, findings, "A window's end cuts off what a memory is for: the gradient of what will be asked later. Without it a network still learns what fits into a window, and some more by luck, since its state runs on. A module that predicts the missing gradient from the state hands it back window by window, at the price of a small network, and of a guess that has to be learnt first.") with
        {
            KeyNumbers = [new("truncated", Judge.WithSpread(truncated), "longest solved"), new("synthetic", Judge.WithSpread(synthetic), "longest solved")],
            Evidence = [new PageSection("Longer and longer sequences").Figure(
                new Chart("Longest sequence solved, windows of 3", new ChartAxis("update"), new ChartAxis("length", "bits"), [Line(false, "truncated"), Line(true, "synthetic gradients")]),
                FormattableString.Invariant($"LSTM, N random bits in, the same N bits out; the state runs on from window to window; Adam, one update per window. The first of {seeds} {(seeds == 1 ? "seed" : "seeds")}; the number of updates is {windows:N0}."))
                .Table(new PageTable([new("window", true), new("truncated", true), new("synthetic", true), new("cosine of prediction and truth", true), new("paper: truncated", true), new("paper: synthetic", true)],
                    [.. sizes.Select(size => (IReadOnlyList<string>)[Judge.Number(size), Judge.WithSpread(Longest(size, false)), Judge.WithSpread(Longest(size, true)), Judge.Number(Runs(size, true).Average(static run => run["cosine"][0])), Judge.Number(Paper[size].Truncated), Judge.Number(Paper[size].Synthetic)])]))],
            Facts = [("updates that were not finite", Judge.Number(results.Sum(static run => run["refused"][0])))],
        };
    }
}
