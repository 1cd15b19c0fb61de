using System.Xml.Linq;

namespace Evenkeel.House.Tests;

public sealed class DependencyTests
{
    /// <summary>What a room may refer to, itself or through others. A room that is not listed fails the tests until somebody decides where it stands.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Numerics"] = [],
        ["Graph"] = ["Numerics"],
        ["Engine"] = ["Graph", "Numerics"],
        ["Layers"] = ["Graph", "Numerics"],
        ["Optimization"] = ["Graph", "Numerics"],
        ["Data"] = ["Numerics"],
        ["Records"] = ["Numerics"],
        ["Reports"] = ["Records", "Numerics"],
        ["Training"] = ["Engine", "Layers", "Optimization", "Data", "Records", "Reports", "Graph", "Numerics"],
        [""] = ["Training", "Engine", "Layers", "Optimization", "Data", "Records", "Reports", "Graph", "Numerics"],
        ["Lab"] = ["Training", "Engine", "Layers", "Optimization", "Data", "Records", "Reports", "Graph", "Numerics"],
        ["Cli"] = ["Benchmarks", "Lab", "", "Training", "Engine", "Layers", "Optimization", "Data", "Records", "Reports", "Graph", "Numerics"],
    };

    private static readonly string[] WithPackages = ["Cli"];

    public static TheoryData<string> Rooms => [.. Repository.Files("src", "*.csproj")];

    [Fact]
    public void Every_room_of_the_design_stands()
    {
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), Repository.Files("src", "*.csproj").Select(Room).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_refers_only_to_rooms_on_its_left(string project)
    {
        var references = References(project);
        Assert.Equal([], references.Except(Allowed[Room(project)]));
        if (Room(project) != "Numerics") Assert.NotEmpty(references);
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_library_refers_to_no_package(string project)
    {
        var packages = XDocument.Load(Repository.PathOf(project)).Descendants("PackageReference").Select(element => (string?)element.Attribute("Include"));
        if (!WithPackages.Contains(Room(project))) Assert.Equal([], packages);
    }

    [Fact]
    public void The_solution_lists_every_project()
    {
        var listed = XDocument.Load(Repository.PathOf("Evenkeel.slnx")).Descendants("Project").Select(element => (string)element.Attribute("Path")!).Order(StringComparer.Ordinal);
        string[] folders = ["benchmarks", "samples", "src", "tests", "tools"];
        Assert.Equal(folders.SelectMany(folder => Repository.Files(folder, "*.csproj")).Order(StringComparer.Ordinal), listed);
    }

    [Fact]
    public void Package_versions_are_central_and_exact()
    {
        var versions = XDocument.Load(Repository.PathOf("Directory.Packages.props")).Descendants("PackageVersion").Select(element => (string)element.Attribute("Version")!).ToArray();
        Assert.NotEmpty(versions);
        Assert.All(versions, version => Assert.Matches(@"^\d+\.\d+\.\d+$", version));
        var own = Repository.Files("src", "*.csproj").Concat(Repository.Files("tests", "*.csproj")).Concat(Repository.Files("benchmarks", "*.csproj"))
            .Where(project => XDocument.Load(Repository.PathOf(project)).Descendants("PackageReference").Any(reference => reference.Attribute("Version") is not null));
        Assert.Equal([], own);
    }

    [Fact]
    public void The_book_and_the_sources_do_not_know_each_other() => Assert.Equal([], References("tests/Evenkeel.Reference/Evenkeel.Reference.csproj"));

    private static string[] References(string project) =>
        [.. XDocument.Load(Repository.PathOf(project)).Descendants("ProjectReference").Select(element => Room(((string)element.Attribute("Include")!).Replace('\\', '/')))];

    private static string Room(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        return name == "Evenkeel" ? "" : name["Evenkeel.".Length..];
    }
}
