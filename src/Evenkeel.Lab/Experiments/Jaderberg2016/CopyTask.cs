using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;

namespace Evenkeel.Lab.Experiments.Jaderberg2016;

/// <summary>The copy task of <see cref="CopyExperiment"/>: bits are said once.</summary>
public sealed class CopyTask : CopyExperiment
{
    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C77", Topics.Decoupled, "Synthetic gradients lengthen what a recurrent network learns")
    {
        Name = "jaderberg2016/copy",
        Source = "S0; Jaderberg et al. 2016, table 2",
        Phrase = "RNN에 적용",
        Question = "In the copy task, are longer sequences solved with synthetic gradients at the same truncation?",
        Criterion = "At windows of 3 time steps and as many updates: longest solved sequence at least 1.5 times that of truncated backpropagation (paper 14 and 8). Solved: below 0.15 bits per bit over 20 batches; then sequences grow by one. A quick run without the gain decides nothing. Beside the verdict: with the auxiliary task at least as long a sequence as without it (paper 17 and 14).",
        Cost = new(new(45, 1), new(1800, 5), new(200_000, 5)),
        MayStayOpen = "The task needs long training: a quick run can show the gain, but not that there is none.",
    };

    private protected override IReadOnlyDictionary<int, (int Truncated, int Synthetic, int Auxiliary)> Paper { get; } = new Dictionary<int, (int, int, int)> { [2] = (7, 16, 16), [3] = (8, 14, 17), [4] = (10, 18, 19), [5] = (8, 18, 18) };

    private protected override string LengthUnit => "bits";

    private protected override string Task => "N random bits in, the same N bits out";

    private protected override CopyTrial Trial(ExperimentContext context) => Sized(context, context.Of(4, 30_000, 200_000, 2_000_000));
}
