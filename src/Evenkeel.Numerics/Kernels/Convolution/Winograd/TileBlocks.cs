using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Convolution.Winograd;

/// <summary>Where a block of transformed tiles lies: planes of points with a row of channels for each tile, or all of a tile side by side.</summary>
/// <param name="Start">The address of the first float.</param>
/// <param name="Point">Floats from point to point.</param>
/// <param name="Tile">Floats from tile to tile.</param>
internal readonly unsafe record struct TilePlanes(nint Start, nint Point, nint Tile)
{
    /// <summary>The plane of a point.</summary>
    public float* this[int point] => (float*)Start + point * Point;

    /// <summary>The planes from a point on.</summary>
    public TilePlanes From(int point) => this with { Start = (nint)this[point] };
}

/// <summary>Shares a worker's memory out in whole cache lines.</summary>
internal static unsafe class TileBlocks
{
    /// <summary>Floats of a cache line.</summary>
    public const int Line = 16;

    /// <summary>Channels rounded up to whole vectors.</summary>
    public static int Padded<P>(int channels)
        where P : struct, IPack<P> => (channels + P.Width - 1) / P.Width * P.Width;

    /// <summary>The first address at or after <paramref name="memory"/> that begins a cache line.</summary>
    public static float* Align(float* memory) => (float*)(((nint)memory + Line * sizeof(float) - 1) & -(nint)(Line * sizeof(float)));

    /// <summary>Takes floats from memory.</summary>
    public static float* Take(ref float* next, int floats)
    {
        var start = next;
        next += (floats + Line - 1) / Line * Line;
        return start;
    }

    /// <summary>Takes addresses from memory.</summary>
    public static float** TakeAddresses(ref float* next, int count) => (float**)Take(ref next, count * (sizeof(nint) / sizeof(float)));

    /// <summary>Takes planes of <paramref name="tiles"/> rows from memory.</summary>
    /// <remarks>Rows lie an odd number of lines apart and planes have a line between them: neither one channel of many tiles nor one place of many points may fall on few cache sets.</remarks>
    public static TilePlanes TakePlanes(ref float* next, int points, int tiles, int channels)
    {
        var row = (((channels + Line - 1) / Line) | 1) * Line;
        var point = tiles * row + Line;
        return new((nint)Take(ref next, points * point), point, row);
    }

    /// <summary>Takes tiles of <paramref name="points"/> rows of channels from memory, each tile in one place: for what is written and read tile by tile.</summary>
    public static TilePlanes TakeTiles(ref float* next, int points, int tiles, int channels)
    {
        var tile = (((points * channels + Line - 1) / Line) | 1) * Line;
        return new((nint)Take(ref next, tiles * tile), channels, tile);
    }
}
