namespace Evenkeel.Lab.Experiments;

/// <summary>How a claim came out.</summary>
public enum ExperimentVerdict
{
    /// <summary>Every part of the criterion holds.</summary>
    Confirmed,

    /// <summary>No part that carries the claim holds.</summary>
    Refuted,

    /// <summary>It holds in part, or under conditions; the findings say which.</summary>
    Conditional,

    /// <summary>The run cannot tell.</summary>
    Inconclusive,
}

/// <summary>One part of a criterion, judged.</summary>
/// <param name="Name">What is asked for.</param>
/// <param name="Bar">What must hold.</param>
/// <param name="Observed">What was seen.</param>
/// <param name="Paper">What the source says.</param>
/// <param name="Holds">Whether the claim holds in this part; null where the run cannot tell.</param>
public sealed record Finding(string Name, string Bar, string Observed, string Paper, bool? Holds)
{
    /// <summary>Whether the verdict rests on it; else it can only make confirmed conditional. Default yes.</summary>
    public bool Carries { get; init; } = true;
}
