using System.Text.RegularExpressions;
using Evenkeel.Training.Diagnostics;

namespace Evenkeel.House.Tests;

/// <summary>Every check of the doctor has a page, a line in the overview, and a test that plants its mistake.</summary>
public sealed partial class DoctorTests
{
    private const string Pages = "docs/doctor";
    private const string Plantings = "tests/Evenkeel.Training.Tests/Diagnostics";

    [Fact]
    public void Every_check_is_in_its_table_once_and_in_order()
    {
        var types = typeof(Check).Assembly.GetExportedTypes().Where(static type => !type.IsAbstract && typeof(Check).IsAssignableFrom(type));
        Expect.None(types.Except(CheckTable.All.Select(static check => check.GetType())).Select(static type => type.Name), "Checks without a line in CheckTable:");
        var codes = CheckTable.All.Select(static check => check.Code).ToArray();
        Assert.Equal(codes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), codes);
        Assert.All(codes, static code => Assert.Matches("^EK1[01][0-9]{2}$", code));
    }

    [Fact]
    public void Every_check_has_a_page_with_all_its_parts()
    {
        foreach (var check in CheckTable.All)
        {
            var path = $"{Pages}/{check.Code}.md";
            Assert.True(File.Exists(Repository.PathOf(path)), $"{path} is missing");
            var text = Repository.Read(path);
            Assert.StartsWith($"# {check.Code}: ", text, StringComparison.Ordinal);
            foreach (var part in (string[])["## What", "## Evidence", "## Remedy", "## Switching it off"]) Assert.Contains($"\n{part}\n", text, StringComparison.Ordinal);
            Assert.Contains($"({check.Code}.md)", Repository.Read($"{Pages}/README.md"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_page_is_of_a_check() =>
        Expect.None(Repository.Files(Pages, "EK*.md").Select(static path => Path.GetFileNameWithoutExtension(path)).Except(CheckTable.All.Select(static check => check.Code)), "Pages of no check:");

    [Fact]
    public void Every_check_has_a_test_that_plants_its_mistake()
    {
        var tested = Repository.Sources(Plantings).SelectMany(static path => Planting().Matches(Repository.Read(path))).SelectMany(static match => Code().Matches(match.Value)).Select(static match => match.Value).ToHashSet(StringComparer.Ordinal);
        Expect.None(CheckTable.All.Select(static check => check.Code).Where(code => !tested.Contains(code)), $"No test in {Plantings} carries these codes in its name:");
    }

    [Fact]
    public void Every_test_that_the_overview_names_exists()
    {
        var names = TestName().Matches(Repository.Read($"{Pages}/README.md")).Select(static match => match.Groups[1].Value).Distinct().ToArray();
        Assert.NotEmpty(names);
        var tests = string.Join('\n', Repository.Sources("tests").Select(Repository.Read));
        Expect.None(names.Where(name => !tests.Contains($" {name}(", StringComparison.Ordinal)), "Tests that do not exist:");
    }

    [GeneratedRegex(@"public void EK1\w+\(")]
    private static partial Regex Planting();

    [GeneratedRegex(@"EK\d{4}")]
    private static partial Regex Code();

    [GeneratedRegex(@"`([A-Z]\w+_\w+)`")]
    private static partial Regex TestName();
}
