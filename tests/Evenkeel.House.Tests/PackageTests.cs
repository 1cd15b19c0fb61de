using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Evenkeel.House.Tests;

/// <summary>Packs the built libraries into a feed of their own, which alone serves the tests of this class.</summary>
public sealed class PackedFeed : IDisposable
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public PackedFeed()
    {
        Root = Directory.CreateTempSubdirectory("evenkeel-feed-").FullName;
        Feed = Path.Combine(Root, "feed");
        Dotnet(Repository.Root, "pack", "Evenkeel.slnx", "-c", Configuration, "--no-build", "-o", Feed, "--nologo", "-v", "q");
    }

    public string Root { get; }

    public string Feed { get; }

    /// <summary>Runs the SDK and gives its standard output; fails with all that it said.</summary>
    public string Dotnet(string folder, params string[] arguments)
    {
        var host = Path.Combine(Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")), OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        ProcessStartInfo start = new(host) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        // What the test runner told its own MSBuild is nothing for another one; and nothing may stay behind when the test ends.
        foreach (var name in start.Environment.Keys.Where(static key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || key.StartsWith("CORECLR_", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        start.Environment["NUGET_PACKAGES"] = Path.Combine(Root, "cache");
        using var process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience)) process.Kill(entireProcessTree: true);
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}\n{output.Result}\n{error.Result}");
        return output.Result;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

public sealed partial class PackageTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    // The program reaches more than 98 % on glyphs; much less means that something is broken.
    private const double LeastAccuracy = 97;

    [Fact]
    public void Every_library_is_packed_with_documentation_symbols_and_readme()
    {
        var libraries = Repository.Files("src", "*.csproj").Select(path => Path.GetFileNameWithoutExtension(path)).Where(static name => name != "Evenkeel.Cli").ToArray();
        var packages = Directory.GetFiles(feed.Feed, "*.nupkg");
        Assert.Equal(libraries.Order(StringComparer.Ordinal), packages.Select(static path => IdOf(path)).Order(StringComparer.Ordinal));
        foreach (var package in packages)
        {
            using var archive = ZipFile.OpenRead(package);
            var files = archive.Entries.Select(static entry => entry.FullName).ToHashSet(StringComparer.Ordinal);
            Assert.Contains("README.md", files);
            Assert.Contains($"lib/net10.0/{IdOf(package)}.dll", files);
            Assert.Contains($"lib/net10.0/{IdOf(package)}.xml", files);
            using var symbols = ZipFile.OpenRead(Path.ChangeExtension(package, ".snupkg"));
            Assert.Contains($"lib/net10.0/{IdOf(package)}.pdb", symbols.Entries.Select(static entry => entry.FullName));
            var metadata = XDocument.Load(archive.Entries.Single(static entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open()).Root!.Elements().Single();
            Assert.Equal("MIT", metadata.Elements().Single(static element => element.Name.LocalName == "license").Value);
            Assert.All(metadata.Descendants().Where(static element => element.Name.LocalName == "dependency"), static element => Assert.StartsWith("Evenkeel.", (string)element.Attribute("id")!, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_program_of_the_readme_runs_in_a_fresh_project_that_adds_the_package()
    {
        var app = Path.Combine(feed.Root, "app");
        Directory.CreateDirectory(app);
        File.WriteAllText(Path.Combine(app, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="local" value="{feed.Feed}" />
              </packageSources>
            </configuration>
            """);
        feed.Dotnet(app, "new", "console", "--no-restore");
        feed.Dotnet(app, "add", "package", "Evenkeel");
        File.WriteAllText(Path.Combine(app, "Program.cs"), Program());

        var output = feed.Dotnet(app, "run", "-c", "Release");
        var accuracy = Accuracy().Match(output);
        Assert.True(accuracy.Success, output);
        Assert.InRange(double.Parse(accuracy.Groups[1].Value, CultureInfo.InvariantCulture), LeastAccuracy, 100);
        Assert.Matches(@"a (\d) is predicted as \1", output);
    }

    [Fact]
    public void The_program_of_the_readme_has_about_twenty_lines() =>
        Assert.InRange(Program().Split('\n').Count(static line => line.Trim().Length > 0), 10, 25);

    private static string Program() => Block().Match(Repository.Read("README.md")).Groups[1].Value;

    private static string IdOf(string package) => Version().Replace(Path.GetFileNameWithoutExtension(package), "");

    [GeneratedRegex(@"\.\d+\.\d+\.\d+$")]
    private static partial Regex Version();

    [GeneratedRegex(@"```csharp\n([\s\S]*?)```")]
    private static partial Regex Block();

    [GeneratedRegex(@"test accuracy (\d+\.\d+)\s*%")]
    private static partial Regex Accuracy();
}
