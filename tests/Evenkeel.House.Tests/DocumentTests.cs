using System.Text.RegularExpressions;

namespace Evenkeel.House.Tests;

/// <summary>A reader who follows a link of the documents arrives.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents =>
        [.. Directory.EnumerateFiles(Repository.Root, "*.md").Select(static path => Path.GetFileName(path)).Concat(Repository.Files("docs", "*.md")).Concat(Repository.Files("samples", "*.md")).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_leads_somewhere(string document)
    {
        var folder = Path.GetDirectoryName(Repository.PathOf(document))!;
        var broken = Link().Matches(Repository.Read(document)).Select(static match => match.Groups[1].Value)
            .Where(static target => !target.Contains("://", StringComparison.Ordinal))
            .Where(target => !Leads(target.Split('#'), folder, document));
        Expect.None(broken, $"{document} links to what is not there:");
    }

    [Fact]
    public void Every_document_is_reached_from_the_index()
    {
        const string index = "docs/README.md";
        var linked = Link().Matches(Repository.Read(index)).Select(static match => Path.GetRelativePath(Repository.Root, Path.GetFullPath(Repository.PathOf("docs/" + match.Groups[1].Value.Split('#')[0]))).Replace('\\', '/')).ToHashSet(StringComparer.Ordinal);
        // The doctor's index lists the pages of its findings.
        Expect.None(Repository.Files("docs", "*.md").Where(path => path != index && !linked.Contains(path) && !(path.StartsWith("docs/doctor/EK", StringComparison.Ordinal))), $"Not in {index}:");
    }

    private static bool Leads(string[] parts, string folder, string document)
    {
        var path = parts[0].Length == 0 ? Repository.PathOf(document) : Path.Combine(folder, parts[0]);
        if (!Path.Exists(path)) return false;
        return parts.Length == 1 || Heading().Matches(File.ReadAllText(path)).Any(match => Anchor(match.Groups[1].Value) == parts[1]);
    }

    /// <summary>What a heading is called in links: small letters, digits and dashes.</summary>
    private static string Anchor(string heading) => NotInAnchor().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+?)\r?$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchor();
}
