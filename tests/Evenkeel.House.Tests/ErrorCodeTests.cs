using System.Text.RegularExpressions;

namespace Evenkeel.House.Tests;

public sealed partial class ErrorCodeTests
{
    private const string Page = "docs/reference/errors.md";

    [Fact]
    public void Every_code_in_the_sources_has_a_line_in_the_error_reference() =>
        Expect.None(InSources().Except(InReference()).Order(StringComparer.Ordinal), $"These codes need a line in {Page}:");

    [Fact]
    public void Every_line_of_the_error_reference_is_a_code_in_the_sources()
    {
        Assert.NotEmpty(InReference());
        Expect.None(InReference().Except(InSources()).Order(StringComparer.Ordinal), $"These lines of {Page} speak of codes that no source has:");
    }

    [Fact]
    public void No_code_has_two_lines() =>
        Expect.None(InReference().GroupBy(code => code).Where(group => group.Count() > 1).Select(group => group.Key), $"These codes have two lines in {Page}:");

    [Fact]
    public void Every_line_says_what_it_means_and_what_to_do()
    {
        var lines = Repository.Read(Page).Split('\n').Where(line => line.StartsWith("| EK", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Matches(@"^\| EK\d{4} \| [^|]{10,} \| [^|]{5,} \|$", line));
    }

    [Fact]
    public void Every_code_is_asserted_by_a_test()
    {
        var tested = Repository.Sources("tests").Where(path => !path.StartsWith("tests/Evenkeel.House.Tests/", StringComparison.Ordinal)).SelectMany(path => Any().Matches(Repository.Read(path)).Select(match => match.Value)).ToHashSet(StringComparer.Ordinal);
        Expect.None(InReference().Where(code => !tested.Contains(code)), "No test asserts these codes:");
    }

    // What the doctor finds is no error: its codes have pages of their own.
    private const string Checks = "src/Evenkeel.Training/Diagnostics/Checks/";

    private static HashSet<string> InSources() =>
        Repository.Sources("src").Where(static path => !path.StartsWith(Checks, StringComparison.Ordinal)).SelectMany(path => Code().Matches(Repository.Read(path)).Select(match => match.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);

    private static string[] InReference() => [.. Line().Matches(Repository.Read(Page)).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"""(EK\d{4})""")]
    private static partial Regex Code();

    [GeneratedRegex(@"\bEK\d{4}\b")]
    private static partial Regex Any();

    [GeneratedRegex(@"^\| (EK\d{4}) \|", RegexOptions.Multiline)]
    private static partial Regex Line();
}
