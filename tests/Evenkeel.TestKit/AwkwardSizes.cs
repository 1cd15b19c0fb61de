using Xunit;

namespace Evenkeel.TestKit;

/// <summary>Sizes at which kernels go wrong: nothing, one, primes, and both sides of every lane, tile and block edge.</summary>
public static class AwkwardSizes
{
    /// <summary>Around the edges of lanes (4, 8, 16), register tiles (32, 48, 64) and pieces (128, 256).</summary>
    public static readonly int[] Values = [0, 1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 23, 31, 32, 33, 47, 48, 49, 63, 64, 65, 97, 127, 128, 129, 251, 255, 256, 257];

    /// <summary>A short list for products of two sizes.</summary>
    public static readonly int[] Few = [1, 2, 3, 7, 15, 16, 17, 31, 33, 64, 67];

    /// <summary>Every length from 0 to 256, for element-wise kernels.</summary>
    public static TheoryData<int> EveryLengthTo256() => [.. Enumerable.Range(0, 257)];

    /// <summary><see cref="Values"/> as theory data.</summary>
    public static TheoryData<int> All() => [.. Values];

    /// <summary>Rows and channels of a normalisation: every pair of <see cref="Few"/>, and long ones that need several pieces.</summary>
    public static TheoryData<int, int> RowsAndChannels()
    {
        TheoryData<int, int> data = [];
        foreach ((int rows, int channels) in RowChannelPairs) data.Add(rows, channels);
        return data;
    }

    /// <summary>The pairs of <see cref="RowsAndChannels"/>, for loops inside one test.</summary>
    public static IEnumerable<(int Rows, int Channels)> RowChannelPairs =>
        Few.SelectMany(rows => Few.Select(channels => (rows, channels))).Concat([(257, 1), (1031, 3), (4099, 17), (5000, 64), (60, 100), (128, 512)]);

    /// <summary>The sizes m, n, k of matrix products: nothing, vectors, primes, and one below, at and above 6, 8, 14, 16, 32, 64, 128 and 256.</summary>
    public static readonly (int M, int N, int K)[] Products =
    [
        (0, 3, 4), (3, 0, 4), (3, 4, 0), (1, 1, 1), (1, 17, 5), (17, 1, 5), (5, 17, 1), (2, 3, 5), (7, 11, 13),
        (5, 15, 7), (6, 16, 8), (7, 17, 9), (13, 31, 15), (14, 32, 16), (15, 33, 17), (8, 47, 31), (9, 48, 32), (10, 49, 33),
        (29, 63, 63), (30, 64, 64), (31, 65, 65), (60, 100, 100), (60, 10, 100), (61, 101, 103), (127, 127, 127), (128, 128, 128), (129, 129, 129), (33, 257, 255), (255, 33, 257),
    ];

    /// <summary><see cref="Products"/> as theory data.</summary>
    public static TheoryData<int, int, int> ProductShapes()
    {
        TheoryData<int, int, int> data = [];
        foreach ((int m, int n, int k) in Products) data.Add(m, n, k);
        return data;
    }
}
