using System.Globalization;

namespace Evenkeel.Data.Datasets;

/// <summary>The ways of writing each digit, as strokes in a box of 100 by 100, y downwards.</summary>
/// <remarks>Drawn for this project. Strokes are separated by bars; L joins its points by lines, S by a Catmull-Rom spline.</remarks>
internal static class GlyphSkeletons
{
    private static readonly string[][] Written =
    [
        [
            "S 50,0 22,12 8,50 22,88 50,100 78,88 92,50 78,12 50,0",
            "S 66,6 38,2 16,40 22,86 50,99 80,72 82,28 62,4 46,10",
            "S 60,2 26,14 14,54 30,92 58,98 84,64 80,24 56,3 40,4",
        ],
        [
            "L 50,0 50,100",
            "L 26,24 54,0 54,100",
            "L 28,20 52,0 52,100 | L 26,100 80,100",
            "S 56,0 50,30 50,70 46,100",
        ],
        [
            "S 12,24 28,4 60,0 82,22 74,48 44,74 10,98 | L 10,98 92,97",
            "S 14,22 34,2 66,2 82,26 64,60 34,90 16,94 14,82 30,80 58,94 92,92",
            "S 16,14 50,2 80,16 70,46 14,96 | S 14,96 50,90 90,98",
        ],
        [
            "S 14,12 44,0 78,14 72,38 40,48 | S 40,48 80,56 84,84 46,100 10,88",
            "L 14,4 82,4 44,42 | S 44,42 80,52 84,82 46,100 10,88",
            "S 16,14 48,0 78,18 66,40 42,47 70,54 86,76 58,99 12,90",
        ],
        [
            "L 20,2 14,58 90,58 | L 70,4 66,100",
            "L 64,100 64,0 8,66 92,66",
            "S 22,2 14,34 20,56 46,58 80,50 | S 80,2 76,50 70,100",
        ],
        [
            "L 84,2 26,2 20,44 | S 20,44 56,36 86,62 70,92 38,100 10,88",
            "S 84,4 40,5 28,14 24,40 60,42 84,66 66,94 34,100 10,90",
            "L 28,4 22,46 | S 22,46 60,38 88,66 60,98 12,92 | L 28,4 90,2",
        ],
        [
            "S 72,2 38,26 14,66 28,96 60,100 82,78 66,56 38,58 16,78",
            "S 62,0 30,30 16,70 36,98 70,94 80,70 58,54 24,68",
            "S 50,0 24,44 14,76 30,99 62,97 78,76 60,58 30,64 16,78",
        ],
        [
            "L 10,6 88,6 42,100",
            "L 10,6 88,6 42,100 | L 26,52 82,50",
            "L 12,22 12,4 86,4 | S 86,4 60,44 46,100",
            "S 8,14 20,4 52,8 88,4 66,40 48,72 40,100",
        ],
        [
            "S 50,0 20,8 20,34 50,48 82,68 78,94 50,100 20,94 18,68 50,48 80,34 80,8 50,0",
            "S 50,0 24,10 24,38 50,48 76,38 76,10 50,0 | S 50,48 16,60 18,92 50,100 82,92 84,60 50,48",
            "S 78,12 50,0 24,16 40,42 72,64 76,90 46,100 20,86 32,60 66,38 80,14",
        ],
        [
            "S 80,24 54,0 20,14 20,42 48,54 76,36 80,22 | L 80,22 74,100",
            "S 78,20 50,2 20,22 26,50 56,52 78,28 80,20 82,56 70,90 34,99",
            "S 74,10 40,2 18,28 34,52 66,42 78,10 | S 78,10 76,50 60,100",
        ],
    ];

    private static readonly Stroke[][][] Parsed = Array.ConvertAll(Written, digit => Array.ConvertAll(digit, Parse));

    /// <summary>The most points that a stroke has.</summary>
    public static int MostPoints { get; } = Parsed.Max(digit => digit.Max(variant => variant.Max(stroke => stroke.Points.Length)));

    /// <summary>The ways of writing a digit.</summary>
    public static Stroke[][] Of(int digit) => Parsed[digit];

    private static Stroke[] Parse(string text) => Array.ConvertAll(text.Split('|', StringSplitOptions.TrimEntries), stroke =>
    {
        var parts = stroke.Split(' ');
        return new Stroke(parts[0] == "S", Array.ConvertAll(parts[1..], Point));
    });

    private static (float X, float Y) Point(string text)
    {
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        return (int.Parse(text.AsSpan(0, comma), CultureInfo.InvariantCulture) / 100f, int.Parse(text.AsSpan(comma + 1), CultureInfo.InvariantCulture) / 100f);
    }

    /// <summary>One pull of the pen through points of the unit box.</summary>
    public sealed record Stroke(bool Smooth, (float X, float Y)[] Points);
}
