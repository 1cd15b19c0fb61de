using System.Globalization;
using System.Text;
using System.Text.Json;
using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;

namespace Evenkeel.Engine.Inspection;

/// <summary>What a pass changed.</summary>
/// <param name="Name">The pass.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Changes">A line per change.</param>
public sealed record PassReport(string Name, string Summary, IReadOnlyList<string> Changes);

/// <summary>A compiled plan, readable: its regions and steps, what was fused, and what memory it takes.</summary>
public sealed class PlanListing
{
    private readonly IReadOnlyList<Region> _regions;
    private readonly IReadOnlyList<Region> _preparation;

    internal PlanListing(PlanMode mode, int capacity, int width, int threads, IReadOnlyList<Region> regions, IReadOnlyList<Region> preparation, IReadOnlyList<PassReport> passes, long arenaBytes, long otherBytes, long savedBytes)
    {
        (Mode, Capacity, Width, Threads, _regions, _preparation, Passes) = (mode, capacity, width, threads, regions, preparation, passes);
        (ArenaBytes, OtherBytes, SavedBytes) = (arenaBytes, otherBytes, savedBytes);
    }

    /// <summary>Train or evaluate.</summary>
    public PlanMode Mode { get; }

    /// <summary>The most samples of a run.</summary>
    public int Capacity { get; }

    /// <summary>The pack width in bits.</summary>
    public int Width { get; }

    /// <summary>The team's threads.</summary>
    public int Threads { get; }

    /// <summary>What the passes changed, in order.</summary>
    public IReadOnlyList<PassReport> Passes { get; }

    /// <summary>Bytes of the arena in which all values of a run live.</summary>
    public long ArenaBytes { get; }

    /// <summary>Bytes of folded weights and of the workers' scratch memory.</summary>
    public long OtherBytes { get; }

    /// <summary>Bytes that the forward pass leaves for the backward pass at full capacity.</summary>
    public long SavedBytes { get; }

    /// <summary>The number of joins of a run.</summary>
    public int Joins => _regions.Sum(static region => region.Chains[0][0].Phases);

    /// <summary>The number of steps of a run.</summary>
    public int Steps => _regions.Sum(static region => region.Steps.Count());

    /// <summary>The listing as text: a line per step, a rule between regions, and the passes. With <paramref name="passes"/> each pass' changes too.</summary>
    public string ToText(bool passes = true)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Mode} plan, capacity {Capacity}, {Width}-bit packs, {Threads} threads: {Steps} steps in {_regions.Count} regions, arena {Bytes(ArenaBytes)}");
        if (Mode == PlanMode.Train) text.Append(CultureInfo.InvariantCulture, $", saved for backward {Bytes(SavedBytes)}");
        text.AppendLine();
        if (_preparation.Count > 0)
        {
            text.AppendLine("when parameters change:");
            foreach (var region in _preparation) Append(text, region, "  ");
        }

        for (var i = 0; i < _regions.Count; i++)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"region {i + 1}: {string.Join(" + ", _regions[i].Chains.Select(chain => Pieces(_regions[i], chain)))} pieces");
            Append(text, _regions[i], "  ");
        }

        if (!passes) return text.ToString();
        foreach (var pass in Passes)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"pass {pass.Name}: {pass.Changes.Count} changes. {pass.Summary}");
            foreach (var change in pass.Changes) text.AppendLine(CultureInfo.InvariantCulture, $"  {change}");
        }

        return text.ToString();
    }

    /// <summary>Writes the listing as one JSON object.</summary>
    public void WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("mode", Mode.ToString().ToLowerInvariant());
        writer.WriteNumber("capacity", Capacity);
        writer.WriteNumber("width", Width);
        writer.WriteNumber("threads", Threads);
        writer.WriteNumber("arena_bytes", ArenaBytes);
        writer.WriteNumber("saved_bytes", SavedBytes);
        writer.WriteStartArray("regions");
        foreach (var region in _regions)
        {
            writer.WriteStartArray();
            foreach (var chain in region.Chains)
            {
                writer.WriteStartArray();
                foreach (var step in chain) writer.WriteStringValue($"{step.Name}: {step.Describe()}");
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("passes");
        foreach (var pass in Passes)
        {
            writer.WriteStartObject();
            writer.WriteString("name", pass.Name);
            writer.WriteStartArray("changes");
            foreach (var change in pass.Changes) writer.WriteStringValue(change);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>The pieces of a chain, and how much of a sample it takes at a time where that is not all of it.</summary>
    private string Pieces(Region region, IReadOnlyList<Step> chain)
    {
        var pieces = chain[0].Pieces(0, Capacity).ToString(CultureInfo.InvariantCulture);
        return region.BlockOf(chain) is { IsByRows: true } block ? $"{pieces} ({block.Rows} of {block.Height} rows at a time)" : pieces;
    }

    private static void Append(StringBuilder text, Region region, string indent)
    {
        foreach (var chain in region.Chains)
        {
            for (var i = 0; i < chain.Count; i++)
                text.AppendLine(CultureInfo.InvariantCulture, $"{indent}{(i == 0 ? "" : "then ")}{chain[i].Name}: {chain[i].Describe()}");
        }
    }

    private static string Bytes(long bytes) => bytes switch
    {
        < 1 << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:F1} KB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024.0):F1} MB"),
    };
}
