using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Convolution;

/// <summary>How a direct convolution reaches the rows that it reads: in place, or as copies in scratch memory with zeros at both ends.</summary>
/// <remarks>The copies form a ring, so that a block of rows takes over those that it shares with the block before it.</remarks>
internal readonly unsafe struct SourceRows<P>
    where P : struct, IPack<P>
{
    private readonly int _height;
    private readonly int _width;
    private readonly int _channels;
    private readonly int _left;
    private readonly int _columns;

    /// <param name="height">Rows of the source.</param>
    /// <param name="width">Columns of the source.</param>
    /// <param name="channels">Channels of the source.</param>
    /// <param name="left">The first column that a tap reads; negative in the padding.</param>
    /// <param name="right">The column after the last one.</param>
    /// <param name="ring">Rows that a block reads, at most.</param>
    public SourceRows(int height, int width, int channels, int left, int right, int ring)
    {
        _height = height;
        _width = width;
        _channels = channels;
        InPlace = left >= 0 && right <= width;
        _left = InPlace ? 0 : left;
        _columns = InPlace ? width : right - left;
        Ring = ring;
    }

    /// <summary>Whether no tap reads beside the source, so that nothing need be copied.</summary>
    public bool InPlace { get; }

    /// <summary>Rows of the ring.</summary>
    public int Ring { get; }

    /// <summary>Floats of an image's ring.</summary>
    public long Floats => InPlace ? 0 : (long)Ring * _columns * _channels;

    /// <summary>Where column <paramref name="column"/> of a row lies, which may be in the padding.</summary>
    public float* At(float* image, float* scratch, int row, int column) => InPlace
        ? image + ((long)row * _width + column) * _channels
        : scratch + ((long)(row % Ring) * _columns + column - _left) * _channels;

    /// <summary>Copies the rows <c>[first, end)</c> that exist. Does nothing in place.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Fill(float* image, float* scratch, int first, int end)
    {
        if (InPlace) return;
        var before = (long)Math.Min(Math.Max(0, -_left), _columns) * _channels;
        var from = Math.Max(0, _left);
        var present = (long)Math.Max(0, Math.Min(_left + _columns, _width) - from) * _channels;
        var after = (long)_columns * _channels - before - present;
        for (var row = Math.Max(0, first); row < Math.Min(end, _height); row++)
        {
            var to = scratch + (long)(row % Ring) * _columns * _channels;
            Clear(to, before);
            Copy(image + ((long)row * _width + from) * _channels, to + before, present);
            Clear(to + before + present, after);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(float* from, float* to, long count)
    {
        long i = 0;
        for (; i + 4 * P.Width <= count; i += 4 * P.Width)
        {
            var a = P.Load(from + i);
            var b = P.Load(from + i + P.Width);
            var c = P.Load(from + i + 2 * P.Width);
            var d = P.Load(from + i + 3 * P.Width);
            P.Store(to + i, a);
            P.Store(to + i + P.Width, b);
            P.Store(to + i + 2 * P.Width, c);
            P.Store(to + i + 3 * P.Width, d);
        }

        for (; i + P.Width <= count; i += P.Width) P.Store(to + i, P.Load(from + i));
        if (i < count) P.StorePartial(to + i, P.LoadPartial(from + i, (int)(count - i)), (int)(count - i));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Clear(float* to, long count)
    {
        long i = 0;
        for (; i + P.Width <= count; i += P.Width) P.Store(to + i, P.Zero);
        if (i < count) P.StorePartial(to + i, P.Zero, (int)(count - i));
    }
}
