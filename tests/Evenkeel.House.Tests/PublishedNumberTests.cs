using System.Text.RegularExpressions;
using Evenkeel.Lab.Claims;

namespace Evenkeel.House.Tests;

/// <summary>What the page of published numbers tells to run exists.</summary>
public sealed partial class PublishedNumberTests
{
    private const string Page = "docs/reference/published-numbers.md";

    [Fact]
    public void Every_test_that_it_names_exists()
    {
        var tests = string.Join('\n', Repository.Sources("tests").Select(Repository.Read));
        Expect.None(Found(TestName()).Where(name => !tests.Contains($" {name}(", StringComparison.Ordinal)), "Tests that do not exist:");
    }

    [Fact]
    public void Every_claim_that_it_runs_is_in_the_ledger() =>
        Expect.None(Found(LabRun()).Where(static claim => claim != "CLAIM" && !Ledger.All.Any(known => known.IsMeantBy(claim))), "Claims that do not exist:");

    private static string[] Found(Regex pattern)
    {
        string[] found = [.. pattern.Matches(Repository.Read(Page)).Select(static match => match.Groups[1].Value).Distinct()];
        Assert.NotEmpty(found);
        return found;
    }

    [GeneratedRegex(@"`([A-Z]\w+_\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"`lab run ([^` ]+)[^`]*`")]
    private static partial Regex LabRun();
}
