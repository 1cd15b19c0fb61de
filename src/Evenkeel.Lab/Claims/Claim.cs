using System.Collections.Immutable;

namespace Evenkeel.Lab.Claims;

/// <summary>A statement that can be tested, with what decides it; written before it is run.</summary>
/// <param name="Id">Its name: <c>C26</c>, or paper and statement where the ledger of notes does not have it.</param>
/// <param name="Topic">A word of <see cref="Topics"/>.</param>
/// <param name="Title">What it says, in a few words.</param>
public sealed record Claim(string Id, string Topic, string Title)
{
    /// <summary>Paper and figure, for example <c>ioffe2015/mnist</c>, where the claim is one of a paper's results; empty elsewhere.</summary>
    public string Name { get; init; } = "";

    /// <summary>Where the phrase stands.</summary>
    public required string Source { get; init; }

    /// <summary>The source's own words.</summary>
    public required string Phrase { get; init; }

    /// <summary>What a run settles.</summary>
    public required string Question { get; init; }

    /// <summary>What must hold for the verdict confirmed.</summary>
    public required string Criterion { get; init; }

    /// <summary>What a run may spend.</summary>
    public required Cost Cost { get; init; }

    /// <summary>The datasets that a run reads, by their names in the table of datasets. Default none.</summary>
    public ImmutableArray<string> Datasets { get; init; } = [];

    /// <summary>Why a run of the quick budget may end inconclusive; empty where it must reach a verdict.</summary>
    public string MayStayOpen { get; init; } = "";

    /// <summary>Whether a word on the command line means this claim: its id, its name, its paper, its topic, or <c>all</c>.</summary>
    /// <param name="selector">What the user wrote.</param>
    public bool IsMeantBy(string selector)
    {
        bool Is(string name) => name.Length > 0 && string.Equals(name, selector, StringComparison.OrdinalIgnoreCase);
        return Is("all") || Is(Id) || Is(Name) || Is(Topic) || Is(Paper);
    }

    /// <summary>The paper's part of <see cref="Name"/>: <c>ioffe2015</c>; empty where there is none.</summary>
    public string Paper => Name.Contains('/', StringComparison.Ordinal) ? Name[..Name.IndexOf('/', StringComparison.Ordinal)] : "";
}
