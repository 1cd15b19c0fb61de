using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Evenkeel.House.Tests;

/// <summary>The README's program, as a newcomer runs it: a fresh console project that adds the package and pastes the code.</summary>
public sealed class ReadmeTests
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    [Fact]
    public void A_fresh_project_with_the_package_runs_the_README_program()
    {
        var folder = Directory.CreateTempSubdirectory("evenkeel-readme-");
        try
        {
            var feed = Path.Combine(folder.FullName, "feed");
            Run(Repository.Root, "pack", "Evenkeel.slnx", "-c", Configuration, "--no-build", "-o", feed, "-v", "q");
            Assert.Contains(Directory.GetFiles(feed), static file => Regex.IsMatch(Path.GetFileName(file), @"^Evenkeel\.\d.*\.nupkg$"));
            Assert.Contains(Directory.GetFiles(feed), static file => file.EndsWith(".snupkg", StringComparison.Ordinal));

            var project = Directory.CreateDirectory(Path.Combine(folder.FullName, "fresh")).FullName;
            File.WriteAllText(Path.Combine(project, "nuget.config"), $"<configuration><packageSources><clear /><add key=\"local\" value=\"{feed}\" /></packageSources></configuration>");
            File.WriteAllText(Path.Combine(project, "fresh.csproj"), """
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <OutputType>Exe</OutputType>
                    <TargetFramework>net10.0</TargetFramework>
                    <Nullable>enable</Nullable>
                    <ImplicitUsings>enable</ImplicitUsings>
                    <RestorePackagesPath>packages</RestorePackagesPath>
                  </PropertyGroup>
                  <ItemGroup>
                    <PackageReference Include="Evenkeel" Version="*" />
                  </ItemGroup>
                </Project>
                """);
            File.WriteAllText(Path.Combine(project, "Program.cs"), Program());
            Run(project, "build", "-c", "Release", "-v", "q");
            var output = Run(project, Path.Combine("bin", "Release", "net10.0", "fresh.dll"), Path.Combine(project, "run"));

            var accuracy = Regex.Match(output, @"test accuracy (\d+\.\d+)\s?%");
            Assert.True(accuracy.Success, output);
            Assert.InRange(double.Parse(accuracy.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), 97, 100);
            Assert.Matches(@"a (\d) is predicted as \1", output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_README_program_has_about_twenty_lines() =>
        Assert.InRange(Program().Split('\n').Count(static line => line.Trim().Length > 0), 10, 25);

    private static string Program() =>
        Regex.Match(File.ReadAllText(Path.Combine(Repository.Root, "README.md")), "```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;

    private static string Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(5)), $"dotnet {string.Join(' ', arguments)} did not end.");
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}: {output}{error.Result}");
        return output;
    }
}
