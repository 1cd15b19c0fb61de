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
        new("C32", Topics.Normalization, "Batch normalisation assumes independent samples")
        {
            Source = "S2",
            Phrase = "sample들이 independent하다고 가정",
            Question = "Does accuracy fall where a batch holds two classes only?",
            Criterion = "Evaluated with running statistics, normalised by batch loses at least 10 points and group normalisation at most 2; that it assumes a standard normal distribution: no loss on inputs that are far from normal.",
            Cost = new(new(30, 2), new(180, 5), new(360, 5)),
            Datasets = ["mnist"],
        },
        new("C33", Topics.Normalization, "Layer normalisation keeps the meaning of features")
        {
            Source = "S2",
            Phrase = "LN ... feature dimension ... 의미 정보가 소실되지 않음",
            Question = "What does each normalisation forget?",
            Criterion = "Layer normalisation changes when a sample is scaled and shifted; batch normalisation changes when a feature is scaled and shifted.",
            Cost = new(new(1, 1), new(1, 1), new(1, 1)),
        },
    ];
}
