namespace Evenkeel.Lab.Claims.Planned;

/// <summary>Claims of the topic Normalization that have no experiment yet.</summary>
internal static class NormalizationClaims
{
    public static Claim[] All { get; } =
    [
        new("C31", Topics.Normalization, "Texts need layer normalisation, not batch normalisation")
        {
            Source = "S2",
            Phrase = "texts processing할 때는 BN이 아니라 LN",
            Question = "In a recurrent network that reads digits row by row, is layer normalisation better than batch normalisation, and must it be used?",
            Criterion = "Layer normalisation at least 1 point above batch normalisation with shared statistics; with statistics per time step batch normalisation at least as good as none.",
            Cost = new(new(90, 2), new(600, 5), new(1800, 5)),
            Datasets = ["mnist"],
        },
    ];
}
