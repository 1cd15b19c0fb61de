namespace Evenkeel.Lab.Claims.Planned;

/// <summary>Claims of the topic Training that have no experiment yet.</summary>
internal static class TrainingClaims
{
    public static Claim[] All { get; } =
    [
        new("C67", Topics.Training, "DropConnect, fractional pooling and stochastic depth regularise")
        {
            Source = "S4",
            Phrase = "Drop connect, fractional max pooling, stochastic depth",
            Question = "Does each improve a network that overfits?",
            Criterion = "Test accuracy above the base by two standard errors where the base's gap is above 5 points; stochastic depth saves at least 15% of the time.",
            Cost = new(new(60, 2), new(600, 5), new(1200, 5)),
            Datasets = ["cifar10"],
            MayStayOpen = "The gains are small; two seeds may not separate them from chance.",
        },
    ];
}
