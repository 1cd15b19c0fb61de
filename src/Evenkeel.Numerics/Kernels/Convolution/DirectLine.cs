using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.MatrixProduct;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Convolution;

/// <summary>A row of output pixels by a panel of channels: the register tiles that it is made of.</summary>
internal unsafe ref struct DirectLine<P>
    where P : struct, IPack<P>
{
    private readonly ReadOnlySpan<nint> _tiles;
    private readonly int _limit;

    /// <param name="channels">Channels of the panel, at most four vectors.</param>
    public DirectLine(int channels)
    {
        var vectors = (channels + P.Width - 1) / P.Width;
        var lanes = channels - (vectors - 1) * P.Width;
        _limit = TileChoice.Highest<P>(vectors);
        _tiles = TileTable<P>.Tiles(vectors, rows: true, partial: lanes < P.Width);
        Frame.LastLanes = lanes;
        Frame.StrideB = vectors * P.Width;
    }

    /// <summary>What the tiles share.</summary>
    public TileFrame Frame;

    /// <summary>The runs of the first pixel.</summary>
    public float** Runs;

    /// <summary>Floats between the runs' beginning and the channels of the group.</summary>
    public nint Offset;

    /// <summary>The packed filter of the panel.</summary>
    public float* Filter;

    /// <summary>Floats of the filter that belong to runs left out at the beginning.</summary>
    public long Skipped;

    /// <summary>The bias of the panel, or null.</summary>
    public float* Start;

    /// <summary>The first pixel that is written.</summary>
    public float* Target;

    /// <summary>Computes so many pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int pixels)
    {
        var split = new RowTiles(pixels, _limit);
        var offset = Offset;
        var target = Target;
        fixed (TileFrame* frame = &Frame)
        {
            for (var tile = 0; tile < split.Count; tile++)
            {
                var height = split.Height(tile);
                ((delegate*<float**, nint, float*, float*, float*, TileFrame*, void>)_tiles[height])(Runs, offset, Filter + Skipped, target, Start, frame);
                offset += (nint)(height * frame->StrideA);
                target += height * frame->StrideC;
            }
        }
    }
}
