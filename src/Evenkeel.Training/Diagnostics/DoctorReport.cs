using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Evenkeel.Graph.Models;

namespace Evenkeel.Training.Diagnostics;

/// <summary>What an examination found, and what it could not look at.</summary>
public sealed record DoctorReport
{
    /// <summary>The findings, the gravest first.</summary>
    public required ImmutableArray<Finding> Findings { get; init; }

    /// <summary>The checks that ran.</summary>
    public required ImmutableArray<Check> Checks { get; init; }

    /// <summary>The checks that were left out, and what was not known for them.</summary>
    public required ImmutableArray<(Check Check, Needs Missing)> LeftOut { get; init; }

    /// <summary>The gap between training and evaluation, split by its cause; null where samples of one part or the loss are not known.</summary>
    public LossGap? Gap { get; init; }

    /// <summary>The gravest severity; null where nothing was found.</summary>
    public Severity? Gravest => Findings.IsEmpty ? null : Findings.Max(static finding => finding.Severity);

    /// <summary>Applies every automatic fix once.</summary>
    /// <param name="model">The model that was examined; no plan of it may be running.</param>
    /// <returns>What was done.</returns>
    public ImmutableArray<string> ApplyFixes(Model model)
    {
        var done = ImmutableArray.CreateBuilder<string>();
        foreach (var fix in Findings.Select(static finding => finding.Fix).OfType<Fix>().DistinctBy(static fix => fix.Description))
        {
            fix.Apply(model);
            done.Add(fix.Description);
        }

        return done.ToImmutable();
    }

    /// <summary>The report as lines for people.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var finding in Findings)
        {
            text.Append(finding.Severity.ToString().ToLowerInvariant()).Append(' ').Append(finding).Append('\n');
            if (!finding.Evidence.IsEmpty) text.Append("    evidence: ").Append(finding.EvidenceText).Append('\n');
            if (finding.Fix is { } fix) text.Append("    automatic: ").Append(fix.Description).Append('\n');
        }

        if (Gap is { } gap)
            text.Append(TrainingErrors.Invariant($"loss gap {gap.Gap:F4} between training ({gap.Training:F4}) and evaluation ({gap.Evaluation:F4}): statistics {gap.StatisticsPart:F4}, overfitting {gap.OverfittingPart:F4}\n"));
        text.Append(TrainingErrors.Invariant($"{Checks.Length} checks, {(Findings.IsEmpty ? "nothing found" : $"{Findings.Length} found")}"));
        foreach (var group in LeftOut.GroupBy(static item => item.Missing)) text.Append(TrainingErrors.Invariant($"; {group.Count()} left out without {Words(group.Key)}"));
        return text.Append('\n').ToString();
    }

    /// <summary>Writes the fields <c>findings</c>, <c>loss_gap</c>, <c>checks</c> and <c>left_out</c> into an open object.</summary>
    /// <param name="json">The writer.</param>
    public void WriteJson(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartArray("findings");
        foreach (var finding in Findings)
        {
            json.WriteStartObject();
            json.WriteString("code", finding.Code);
            json.WriteString("severity", finding.Severity.ToString().ToLowerInvariant());
            json.WriteString("layer", finding.Layer);
            json.WriteString("message", finding.Message);
            json.WriteString("remedy", finding.Remedy);
            json.WriteStartObject("evidence");
            foreach (var item in finding.Evidence) Number(json, item.Name, item.Value);
            json.WriteEndObject();
            if (finding.Fix is { } fix) json.WriteString("fix", fix.Description);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (Gap is { } gap)
        {
            json.WriteStartObject("loss_gap");
            Number(json, "training", gap.Training);
            Number(json, "evaluation", gap.Evaluation);
            Number(json, "statistics", gap.StatisticsPart);
            Number(json, "overfitting", gap.OverfittingPart);
            json.WriteEndObject();
        }

        json.WriteStartArray("checks");
        foreach (var check in Checks) json.WriteStringValue(check.Code);
        json.WriteEndArray();
        json.WriteStartObject("left_out");
        foreach (var (check, missing) in LeftOut) json.WriteString(check.Code, Words(missing));
        json.WriteEndObject();
    }

    private static string Words(Needs missing) => string.Join(" and ", Enum.GetValues<Needs>().Where(need => need != Needs.Model && missing.HasFlag(need)).Select(static need => need switch
    {
        Needs.BatchSize => "the batch size",
        Needs.TrainingSamples => "training samples",
        Needs.EvaluationSamples => "held-out samples",
        Needs.Curve => "a run log",
        _ => "the loss",
    }));

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}
