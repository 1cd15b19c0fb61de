using System.Text.Json;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Experiments;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Runs;

/// <summary>The last outcome of a claim, as the lab's folder keeps it.</summary>
/// <param name="ClaimId">The claim.</param>
/// <param name="Criterion">The criterion that it was judged by.</param>
/// <param name="Budget">What the run could spend.</param>
/// <param name="Seconds">What it took, runs of earlier sittings included.</param>
/// <param name="Outcome">What was found.</param>
public sealed record StoredOutcome(string ClaimId, string Criterion, Budget Budget, double Seconds, Outcome Outcome)
{
    private const int Version = 1;

    internal void Write(Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteString("claim", ClaimId);
        json.WriteString("verdict", Outcome.Verdict.ToString());
        json.WriteString("criterion", Criterion);
        json.WriteString("budget", Budget.ToString());
        json.WriteNumber("seeds", Outcome.Seeds);
        json.WriteNumber("seconds", Seconds);
        json.WriteString("lesson", Outcome.Lesson);
        Array(json, "findings", Outcome.Findings, finding =>
        {
            json.WriteString("name", finding.Name);
            json.WriteString("bar", finding.Bar);
            json.WriteString("observed", finding.Observed);
            json.WriteString("source", finding.Paper);
            if (finding.Holds is { } holds) json.WriteBoolean("holds", holds);
            json.WriteBoolean("carries", finding.Carries);
        });
        Array(json, "key_numbers", Outcome.KeyNumbers, number =>
        {
            json.WriteString("label", number.Label);
            json.WriteString("value", number.Value);
            json.WriteString("note", number.Note);
        });
        Array(json, "facts", Outcome.Facts, fact =>
        {
            json.WriteString("name", fact.Name);
            json.WriteString("value", fact.Value);
        });
        Array(json, "evidence", Outcome.Evidence, section =>
        {
            json.WriteString("heading", section.Heading);
            json.WriteString("markup", section.ToMarkup());
        });
        json.WriteEndObject();
    }

    /// <summary>Null where the file is missing, damaged or of another version: the claim then counts as not yet run, and running it again mends that.</summary>
    internal static StoredOutcome? Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var json = document.RootElement;
            if (json.GetProperty("version").GetInt32() != Version) return null;
            var findings = json.GetProperty("findings").EnumerateArray().Select(static finding => new Finding(
                Text(finding, "name"), Text(finding, "bar"), Text(finding, "observed"), Text(finding, "source"), finding.TryGetProperty("holds", out var holds) ? holds.GetBoolean() : null)
            {
                Carries = finding.GetProperty("carries").GetBoolean(),
            }).ToArray();
            var outcome = new Outcome(Enum.Parse<ExperimentVerdict>(Text(json, "verdict")), findings, json.GetProperty("seeds").GetInt32(), Text(json, "lesson"))
            {
                KeyNumbers = [.. json.GetProperty("key_numbers").EnumerateArray().Select(static number => new KeyNumber(Text(number, "label"), Text(number, "value"), Text(number, "note")))],
                Facts = [.. json.GetProperty("facts").EnumerateArray().Select(static fact => (Text(fact, "name"), Text(fact, "value")))],
                Evidence = [.. json.GetProperty("evidence").EnumerateArray().Select(static section => new PageSection(Text(section, "heading")).Markup(Text(section, "markup")))],
            };
            return new(Text(json, "claim"), Text(json, "criterion"), Enum.Parse<Budget>(Text(json, "budget")), json.GetProperty("seconds").GetDouble(), outcome);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static void Array<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
