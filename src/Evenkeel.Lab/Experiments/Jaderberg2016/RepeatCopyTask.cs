using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;

namespace Evenkeel.Lab.Experiments.Jaderberg2016;

/// <summary>The repeat-copy task of <see cref="CopyExperiment"/>: bits are said several times, and then the end.</summary>
public sealed class RepeatCopyTask : CopyExperiment
{
    /// <inheritdoc/>
    public override Claim Claim { get; } = new("repeat-copy", Topics.Decoupled, "Synthetic gradients lengthen what is repeated")
    {
        Name = "jaderberg2016/repeat-copy",
        Source = "Jaderberg et al. 2016, table 2",
        Phrase = "Repeat Copy",
        Question = "In the repeat-copy task, are longer sequences solved with synthetic gradients at the same truncation?",
        Criterion = "At windows of 3 time steps and as many updates: longest solved sequence at least 1.5 times that of truncated backpropagation (paper 33 and 5); and updates until the longest sequence that truncated backpropagation solves at least 1.5 times fewer. Both bars are proposals. Length: N + N R + 3 steps, N and R growing by turns. Solved: below 0.15 bits per step that is asked for, over 20 batches. Beside the verdict: with the auxiliary task at least as long a sequence as without it (paper 59 and 33).",
        Cost = new(new(15, 1), new(1800, 5), new(200_000, 5)),
    };

    private protected override IReadOnlyDictionary<int, (int Truncated, int Synthetic, int Auxiliary)> Paper { get; } = new Dictionary<int, (int, int, int)> { [2] = (7, 39, 39), [3] = (5, 33, 59), [4] = (19, 39, 67), [5] = (23, 59, 59) };

    private protected override bool JudgesUpdates => true;

    private protected override string LengthUnit => "steps";

    private protected override string Task => "N random bits and a number R in, the bits R times and a mark of the end out";

    private protected override CopyTrial Trial(ExperimentContext context) => Sized(context, context.Of(4, 10_000, 200_000, 2_000_000)) with { Repeats = true };
}
