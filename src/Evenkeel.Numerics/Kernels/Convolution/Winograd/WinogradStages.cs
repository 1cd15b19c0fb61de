using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Convolution.Winograd;

/// <summary>The transforms, over blocks of tiles, one row of points at a time.</summary>
/// <remarks>A row of points is a quarter or a sixth of a tile, so that transformed inputs and products stay in the inner caches for several times as many tiles.</remarks>
internal static unsafe class WinogradStages<P, TTransform>
    where P : struct, IPack<P>
    where TTransform : struct, IWinogradTransform
{
    /// <summary>Rows of points of a tile, and points of a row.</summary>
    public static int Rows => TTransform.Outputs + 2;

    /// <summary>Points of a tile.</summary>
    public static int Points => Rows * Rows;

    /// <summary>Transforms rows of <paramref name="count"/> tiles of x, or of dy if <typeparamref name="TCotangent"/> is on.</summary>
    /// <param name="first">The first row of points.</param>
    /// <param name="rows">Rows of points.</param>
    /// <param name="pixels">The pixels of one tile after another, from <see cref="TileImages.Pixels"/>.</param>
    /// <param name="count">Tiles.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="planes">One plane for each point of the rows.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Read<TCotangent>(int first, int rows, float** pixels, int count, int channels, in TilePlanes planes)
        where TCotangent : struct, ISwitch
    {
        var size = TCotangent.IsOn ? TTransform.Outputs : Rows;
        var tile = planes[0];
        for (; count > 0; count--)
        {
            var destination = tile;
            for (var row = first; row < first + rows; row++)
            {
                if (TCotangent.IsOn) TTransform.Cotangent<P>(row, pixels, channels, destination, planes.Point);
                else TTransform.Input<P>(row, pixels, channels, destination, planes.Point);
                destination += Rows * planes.Point;
            }

            tile += planes.Tile;
            pixels += size * size;
        }
    }

    /// <summary>Sums a row of <paramref name="count"/> tiles' products along the row.</summary>
    /// <param name="planes">One plane of products for each point of the row.</param>
    /// <param name="count">Tiles.</param>
    /// <param name="channels">Channels, whole packs.</param>
    /// <param name="sums">One plane for each sum of the row.</param>
    /// <param name="first">The first channel of the sums.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void SumRow(in TilePlanes planes, int count, int channels, in TilePlanes sums, nint first)
    {
        float* source = planes[0], destination = sums[0] + first;
        for (; count > 0; count--)
        {
            TTransform.OutputRow<P>(source, planes.Point, destination, sums.Point, channels);
            source += planes.Tile;
            destination += sums.Tile;
        }
    }

    /// <summary>Writes the pixels of <paramref name="count"/> tiles.</summary>
    /// <param name="sums">One plane for each sum of all rows.</param>
    /// <param name="bias">One number per channel of the sums.</param>
    /// <param name="pixels">The pixels of one tile after another.</param>
    /// <param name="first">The first channel of the pixels.</param>
    /// <param name="count">Tiles.</param>
    /// <param name="channels">Channels.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Write(in TilePlanes sums, float* bias, float** pixels, nint first, int count, int channels)
    {
        var source = sums[0];
        for (; count > 0; count--)
        {
            TTransform.OutputTile<P>(source, sums.Point, bias, pixels, first, channels);
            source += sums.Tile;
            pixels += TTransform.Outputs * TTransform.Outputs;
        }
    }
}
