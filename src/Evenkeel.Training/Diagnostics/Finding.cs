using System.Collections.Immutable;
using Evenkeel.Graph.Models;

namespace Evenkeel.Training.Diagnostics;

/// <summary>A number behind a finding.</summary>
/// <param name="Name">What it is, in snake case.</param>
/// <param name="Value">The number; NaN and infinities are kept.</param>
public readonly record struct Evidence(string Name, double Value);

/// <summary>A change of a model's values that mends a finding.</summary>
/// <param name="Description">What it does, as a sentence.</param>
/// <param name="Apply">Does it; no plan of the model may be running, and evaluation plans need a Refresh afterwards.</param>
public sealed record Fix(string Description, Action<Model> Apply);

/// <summary>One thing that the doctor found.</summary>
public sealed record Finding
{
    /// <summary>The stable code, <c>EK</c> and four digits; <c>docs/doctor</c> has a page for each.</summary>
    public required string Code { get; init; }

    /// <summary>How much it matters.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Where it is, for example <c>hidden1.bn</c>; empty for the whole model or run.</summary>
    public required string Layer { get; init; }

    /// <summary>What it is, as a sentence.</summary>
    public required string Message { get; init; }

    /// <summary>What to do, as a sentence.</summary>
    public required string Remedy { get; init; }

    /// <summary>The numbers behind it.</summary>
    public ImmutableArray<Evidence> Evidence { get; init; } = [];

    /// <summary>A change of values that mends it; null where only a person can.</summary>
    public Fix? Fix { get; init; }

    /// <summary>The evidence as text, <c>name=value</c> with spaces between.</summary>
    public string EvidenceText => string.Join(' ', Evidence.Select(static item => TrainingErrors.Invariant($"{item.Name}={item.Value:G5}")));

    /// <inheritdoc/>
    public override string ToString() => $"{Code}{(Layer.Length == 0 ? "" : $" [{Layer}]")} {Message} {Remedy}";
}
