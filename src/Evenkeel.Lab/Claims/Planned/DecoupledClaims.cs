namespace Evenkeel.Lab.Claims.Planned;

/// <summary>Claims of the topic Decoupled that have no experiment yet.</summary>
internal static class DecoupledClaims
{
    public static Claim[] All { get; } =
    [
        new("C77", Topics.Decoupled, "Synthetic gradients lengthen what a recurrent network learns")
        {
            Source = "S0",
            Phrase = "RNN에 적용",
            Question = "In the copy task, are longer sequences solved with synthetic gradients at the same truncation?",
            Criterion = "Longest solved sequence at least 1.5 times that of truncated backpropagation (paper 14 and 8).",
            Cost = new(new(90, 1), new(1800, 3), new(7200, 5)),
            MayStayOpen = "The task needs long training; the quick run may end before either solves it.",
        },
    ];
}
