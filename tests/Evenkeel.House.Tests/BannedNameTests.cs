using System.Text.RegularExpressions;

namespace Evenkeel.House.Tests;

public sealed class BannedNameTests
{
    /// <summary>A name of code and the folders that own it; nobody else writes it.</summary>
    private static readonly (string Name, string Pattern, string[] Owners)[] Laws =
    [
        ("vectors", @"\bVector(512|256|128|64)\b", ["src/Evenkeel.Numerics/Packs/"]),
        ("instruction sets", @"\b(Avx\w*|Sse\w*|Fma|AdvSimd|X86Base)\b", ["src/Evenkeel.Numerics/Packs/"]),
        ("Unsafe", @"\bUnsafe\.", ["src/Evenkeel.Numerics/Packs/", "src/Evenkeel.Numerics/Memory/", "src/Evenkeel.Numerics/Work/", "src/Evenkeel.Numerics/Kernels/"]),
        ("Parallel", @"\bParallel\.", ["src/Evenkeel.Numerics/Work/"]),
        ("threads", @"\bnew Thread\(", ["src/Evenkeel.Numerics/Work/", "src/Evenkeel.Data/Loading/", "src/Evenkeel.Cli/"]),
        ("unseeded randomness", @"\bRandom\.Shared\b|\bnew Random\(\)", []),
        ("local time", @"\bDateTime\.(Now|Today)\b|\bDateTimeOffset\.Now\b", []),
        ("the console", @"\bConsole\.", ["src/Evenkeel.Cli/"]),
        ("the debugger's output", @"\b(Debug|Trace)\.Write", []),
    ];

    public static TheoryData<string> Names => [.. Laws.Select(law => law.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_banned_name_stands_only_in_the_rooms_that_own_it(string name)
    {
        var law = Laws.Single(law => law.Name == name);
        var pattern = new Regex(law.Pattern);
        var breaches = Repository.Sources("src")
            .Where(path => !law.Owners.Any(owner => path.StartsWith(owner, StringComparison.Ordinal)))
            .Where(path => pattern.IsMatch(Repository.Code(Repository.Read(path))));
        Expect.None(breaches, $"'{name}' stands outside its room in:");
    }

    [Fact]
    public void The_search_finds_what_stands_where_it_may()
    {
        // Without this, a search that never finds anything would pass every test above.
        Assert.Contains(Repository.Sources("src/Evenkeel.Numerics/Packs"), path => Regex.IsMatch(Repository.Code(Repository.Read(path)), Laws[0].Pattern));
    }

    [Fact]
    public void Comments_and_strings_are_no_code()
    {
        Assert.DoesNotContain("Vector512", Repository.Code("""
            /// <c>Vector512</c> is the widest.
            /* Vector512 */ var a = "Vector512"; var b = @"Vector512 "" Vector512"; var c = 'x'; // Vector512
            """), StringComparison.Ordinal);
        Assert.Contains("Vector512", Repository.Code("""var url = "https://example.org"; var v = Vector512.Create(1);"""), StringComparison.Ordinal);
    }
}
