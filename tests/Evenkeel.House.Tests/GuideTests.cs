using System.Text.RegularExpressions;

namespace Evenkeel.House.Tests;

/// <summary>The code in the guides is that of the files which they name, so that it compiles and is tested there.</summary>
public sealed partial class GuideTests
{
    public static TheoryData<string> Guides => [.. Repository.Files("docs/guide", "*.md")];

    [Theory]
    [MemberData(nameof(Guides))]
    public void Every_piece_of_code_stands_in_the_file_that_it_names(string guide)
    {
        var text = Repository.Read(guide);
        var pieces = Piece().Matches(text);
        Assert.Equal(text.Split("```csharp").Length - 1, pieces.Count);
        Assert.NotEmpty(pieces);
        foreach (Match piece in pieces) Assert.True(Repository.Read(piece.Groups[1].Value).Contains(piece.Groups[2].Value, StringComparison.Ordinal), $"{guide}: not in {piece.Groups[1].Value}:\n{piece.Groups[2].Value}");
    }

    [GeneratedRegex(@"<!-- (\S+) -->\n```csharp\n([\s\S]*?)\n```")]
    private static partial Regex Piece();
}
