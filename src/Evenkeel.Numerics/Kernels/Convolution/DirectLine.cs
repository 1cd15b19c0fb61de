using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Kernels.Convolution.Generated;
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
        _limit = TileTable<P>.Limit(vectors);
        _tiles = TileTable<P>.Tiles(vectors, rows: true, partial: lanes < P.Width);
        Frame.LastLanes = lanes;
        Frame.StrideB = vectors * P.Width;
    }

    /// <summary>What the tiles share.</summary>
    public TileFrame Frame;

    /// <summary>Two rows: the first run that lies in the input, where run n is the row that row n of the filter meets in the first row of pixels.</summary>
    public int FirstRun;

    /// <summary>Two rows: the run after the last one.</summary>
    public int EndRun;

    /// <summary>Two rows: the rows of the filter.</summary>
    public int TapRows;

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

    /// <summary>Computes so many pixels of two rows that lie so far apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void RunPair(int pixels, long rowStep)
    {
        var frame = new RowPairFrame
        {
            FirstRun = FirstRun,
            EndRun = EndRun,
            TapRows = TapRows,
            Depth = (nint)Frame.Depth,
            PixelStep = (nint)Frame.StrideA,
            WrittenStep = (nint)Frame.StrideC,
            WrittenRowStep = (nint)rowStep,
            Lanes = Frame.LastLanes,
        };
        var split = new RowTiles(pixels, Math.Min(RowPairs.Limit, (P.Registers - 3) / 2));
        var offset = Offset;
        var target = Target;
        for (var tile = 0; tile < split.Count; tile++)
        {
            var width = split.Height(tile);
            var run = Frame.LastLanes < P.Width ? RowPairs.OfWidth<P, On>(width) : RowPairs.OfWidth<P, Off>(width);
            run(Runs, offset, Filter, target, Start, &frame);
            offset += width * frame.PixelStep;
            target += width * frame.WrittenStep;
        }
    }
}
