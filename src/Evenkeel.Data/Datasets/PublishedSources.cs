using Evenkeel.Data.Readers;

namespace Evenkeel.Data.Datasets;

/// <summary>Where a published dataset is looked for; a test gives its own.</summary>
/// <param name="Given">The folder that the user named; null for none.</param>
/// <param name="Environment">The folder of the environment variable; null for none.</param>
/// <param name="Cache">The user's cache folder; need not exist.</param>
/// <param name="Files">What is downloaded where no folder has the dataset.</param>
/// <param name="Mirrors">Where from, in order.</param>
internal sealed record PublishedSources(string? Given, string? Environment, string Cache, IReadOnlyList<PinnedFile> Files, IReadOnlyList<Uri> Mirrors)
{
    /// <summary>How long a server may send nothing.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);
}
