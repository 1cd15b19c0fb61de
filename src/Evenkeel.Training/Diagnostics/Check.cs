using Evenkeel.Graph.Normalization;

namespace Evenkeel.Training.Diagnostics;

/// <summary>Looks for one mistake. Derive a sealed class, one per file, and give it a line in <see cref="CheckTable"/>.</summary>
public abstract class Check
{
    /// <summary>The stable code, <c>EK</c> and four digits.</summary>
    public abstract string Code { get; }

    /// <summary>The mistake in a few words.</summary>
    public abstract string Title { get; }

    /// <summary>How much a finding matters, as a rule.</summary>
    public abstract Severity Severity { get; }

    /// <summary>What must be known besides the model; without it the check is left out and the report says so.</summary>
    public virtual Needs Needs => Needs.Model;

    /// <summary>Looks.</summary>
    /// <param name="examination">The patient, and what was derived from it for all checks.</param>
    /// <returns>The findings, the gravest first; none where all is well.</returns>
    public abstract IEnumerable<Finding> Examine(Examination examination);

    /// <summary>Makes a finding with this check's code and severity.</summary>
    /// <param name="layer">Where it is; empty for the whole model or run.</param>
    /// <param name="message">What it is, as a sentence.</param>
    /// <param name="remedy">What to do, as a sentence.</param>
    /// <param name="evidence">The numbers behind it.</param>
    protected Finding Found(string layer, FormattableString message, string remedy, params (string Name, double Value)[] evidence) => new()
    {
        Code = Code,
        Severity = Severity,
        Layer = layer,
        Message = TrainingErrors.Invariant(message),
        Remedy = remedy,
        Evidence = [.. evidence.Select(static item => new Evidence(item.Name, item.Value))],
    };

    /// <summary>Names layers that share one finding: the first, and how many more there are.</summary>
    /// <param name="layers">At least one.</param>
    protected static string Join(IReadOnlyList<NormalizationLayer> layers) =>
        layers.Count == 1 ? layers[0].Name : TrainingErrors.Invariant($"{layers[0].Name} and {layers.Count - 1} more");

    /// <summary>Whether training normalises with the batch's statistics, or gathers them.</summary>
    /// <param name="layer">The layer.</param>
    protected static bool UsesBatch(NormalizationLayer layer) =>
        layer.Node.Options.NormalizeWith == NormalizeWith.BatchStatistics || layer.Node.Options.UpdateRunningStatistics;
}
