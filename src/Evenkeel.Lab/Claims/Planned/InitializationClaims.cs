namespace Evenkeel.Lab.Claims.Planned;

/// <summary>Claims of the topic Initialization that have no experiment yet.</summary>
internal static class InitializationClaims
{
    public static Claim[] All { get; } =
    [
        new("C48", Topics.Initialization, "Well chosen first weights keep the signal's size")
        {
            Source = "S1",
            Phrase = "가중치 초기값을 잘 두는",
            Question = "Do Glorot's and He's first weights keep the deviation of activations through the layers, and does He's train where Glorot's stalls?",
            Criterion = "Ratio of deviations last to first layer within 0.3 to 3 for the matching choice; a ReLU network of 30 layers trains with He's and stalls with Glorot's.",
            Cost = new(new(30, 2), new(120, 5), new(240, 5)),
            Datasets = ["mnist"],
        },
    ];
}
