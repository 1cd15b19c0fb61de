using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Numerics.Kernels.Pooling;

/// <summary>How fractional pooling draws the steps between its regions.</summary>
public enum FractionalSequence
{
    /// <summary><c>ceil(alpha (i + u))</c> with one u: steps of one and two as evenly spread as can be.</summary>
    PseudoRandom,

    /// <summary>The same number of steps of one and two, in random order.</summary>
    Random,
}

/// <summary>The regions of fractional pooling: <c>alpha = inputs / outputs</c> between 1 and 2, so that regions are one or two inputs apart. Immutable.</summary>
/// <remarks>
/// Graham, arXiv 1412.6071, section 2. Disjoint regions are <c>[a_(i-1), a_i)</c>, overlapping ones <c>[a_(i-1), a_i]</c>; a runs from the first input to behind the last one, or to the last one where regions overlap, so that every input is seen.
/// Every sample and attempt draws its own rows and columns; without a draw the regions are those of u = 1/2.
/// </remarks>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
/// <param name="Channels">C.</param>
/// <param name="OutputHeight">OH.</param>
/// <param name="OutputWidth">OW.</param>
/// <param name="Sequence">How steps are drawn.</param>
/// <param name="Overlaps">Whether neighbouring regions share an input.</param>
public sealed record FractionalRegions(int Height, int Width, int Channels, int OutputHeight, int OutputWidth, FractionalSequence Sequence, bool Overlaps)
{
    private const int Half = 1 << 23;

    /// <summary>Whether steps of one and two lead from the first input to the last along both axes.</summary>
    public bool IsPossible => Fits(Height, OutputHeight) && Fits(Width, OutputWidth);

    /// <summary>The regions of u = 1/2.</summary>
    public PoolingShape Regular()
    {
        int[] rows = new int[OutputHeight + 1], columns = new int[OutputWidth + 1];
        Spread(rows, Length(Height), Half);
        Spread(columns, Length(Width), Half);
        return new(PoolingAxis.Regions(Height, rows, Overlaps), PoolingAxis.Regions(Width, columns, Overlaps), Channels);
    }

    /// <summary>Moves the regions to those of a sample and an attempt. Allocates nothing.</summary>
    /// <param name="shape">One that <see cref="Regular"/> made.</param>
    /// <param name="stream">Where the numbers come from.</param>
    /// <param name="sample">Which sample of the batch.</param>
    /// <param name="attempt">The row of the stream.</param>
    public void Draw(PoolingShape shape, RandomStream stream, int sample, long attempt)
    {
        var first = (ulong)sample * (ulong)(OutputHeight + OutputWidth);
        Draw(shape.Rows, stream, first, (ulong)attempt);
        Draw(shape.Columns, stream, first + (ulong)OutputHeight, (ulong)attempt);
    }

    private void Draw(PoolingAxis axis, RandomStream stream, ulong first, ulong row)
    {
        const int OnStack = 512;
        Span<int> bounds = axis.Outputs < OnStack ? stackalloc int[axis.Outputs + 1] : new int[axis.Outputs + 1];
        if (Sequence == FractionalSequence.PseudoRandom) Spread(bounds, Length(axis.Size), (int)(stream.Word(first, row) >> 8));
        else Shuffle(bounds, Length(axis.Size), stream, first, row);
        axis.SetRegions(bounds, Overlaps);
    }

    private int Length(int size) => Overlaps ? size - 1 : size;

    private bool Fits(int size, int outputs) => outputs >= 1 && outputs <= Length(size) && Length(size) <= 2L * outputs;

    /// <summary><c>a_i = ceil(alpha (i + u)) - ceil(alpha u)</c> in whole numbers, <c>u = fraction 2^-24</c>.</summary>
    private static void Spread(Span<int> bounds, int length, int fraction)
    {
        long outputs = bounds.Length - 1, unit = 1 << 24;
        var start = Ceiling(0);
        for (var i = 0; i < bounds.Length; i++) bounds[i] = (int)(Ceiling(i) - start);

        long Ceiling(long i) => ((length * ((i * unit) + fraction)) + (outputs * unit) - 1) / (outputs * unit);
    }

    private static void Shuffle(Span<int> bounds, int length, RandomStream stream, ulong first, ulong row)
    {
        var steps = bounds[1..];
        for (var i = 0; i < steps.Length; i++) steps[i] = i < length - steps.Length ? 2 : 1;
        for (var i = steps.Length - 1; i > 0; i--)
        {
            var other = (int)(((ulong)stream.Word(first + (ulong)i, row) * (ulong)(i + 1)) >> 32);
            (steps[i], steps[other]) = (steps[other], steps[i]);
        }

        bounds[0] = 0;
        for (var i = 1; i < bounds.Length; i++) bounds[i] += bounds[i - 1];
    }
}
