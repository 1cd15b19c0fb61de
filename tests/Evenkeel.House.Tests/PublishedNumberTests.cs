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

    [Fact]
    public void Every_option_of_its_trainings_exists()
    {
        var options = string.Join('\n', Repository.Sources("src/Evenkeel.Cli").Select(Repository.Read));
        var used = Found(Training()).SelectMany(static command => OptionName().Matches(command)).Select(static match => match.Value).Distinct().ToArray();
        Assert.NotEmpty(used);
        Expect.None(used.Where(option => !options.Contains($"\"{option}\"", StringComparison.Ordinal)), "Options that do not exist:");
    }

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

    [GeneratedRegex(@"`(train [^`]+)`")]
    private static partial Regex Training();

    [GeneratedRegex(@"--[a-z0-9-]+")]
    private static partial Regex OptionName();
}
