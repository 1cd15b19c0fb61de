using System.CommandLine;
using System.Text.RegularExpressions;
using Evenkeel.Cli.Parsing;

namespace Evenkeel.Cli.Tests;

/// <summary>What the documents say to type can be typed.</summary>
public sealed partial class DocumentedCommandTests
{
    [Fact]
    public void Every_command_line_of_the_documents_has_a_verb_options_and_names_that_exist()
    {
        var root = CommandLine.Root(new Terminal(TextWriter.Null, TextWriter.Null, TextReader.Null));
        var lines = Documents().SelectMany(static path => Command().Matches(File.ReadAllText(path)).Select(match => (File: Path.GetFileName(path), Line: match.Groups[1].Value.Split("  ")[0]))).ToArray();
        Assert.True(lines.Length > 100);
        Assert.Empty(lines.Where(line => Problem(root, line.Line) is not null).Select(line => $"{line.File}: {line.Line}: {Problem(root, line.Line)}"));
    }

    private static string? Problem(RootCommand root, string line)
    {
        // Square brackets say what may be left out, strokes what may stand instead.
        string[] words = [.. line.Split(' ').Where(static word => word.Length > 0 && !word.ContainsAny(Signs))];
        var parsed = root.Parse(words);
        if (parsed.CommandResult.Command is not Verb verb) return "no verb";
        var options = verb.Options.Select(static option => option.Name).ToHashSet(StringComparer.Ordinal);
        if (words.FirstOrDefault(word => word.StartsWith("--", StringComparison.Ordinal) && !options.Contains(word)) is { } option) return $"no option {option}";
        // Placeholders and arguments that a sentence leaves out are no mistakes; names that do not exist are.
        return parsed.Errors.Select(static error => error.Message).FirstOrDefault(static message => message.StartsWith("EK0604", StringComparison.Ordinal));
    }

    private static readonly System.Buffers.SearchValues<char> Signs = System.Buffers.SearchValues.Create("[]|\\");

    private static IEnumerable<string> Documents()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Evenkeel.slnx"))) root = root.Parent!;
        return Directory.EnumerateFiles(root.FullName, "*.md").Where(static path => Path.GetFileName(path) != "CHANGELOG.md").Concat(Directory.EnumerateFiles(Path.Combine(root.FullName, "docs"), "*.md", SearchOption.AllDirectories));
    }

    [GeneratedRegex(@"(?:^|`)(?:evenkeel (?!VERB)|dotnet run -c Release --project src/Evenkeel\.Cli -- |(?=(?:train|eval|predict|inspect|doctor|lr-find|tune|data|bench|lab) [-\w]))([^`\n]+)", RegexOptions.Multiline)]
    private static partial Regex Command();
}
