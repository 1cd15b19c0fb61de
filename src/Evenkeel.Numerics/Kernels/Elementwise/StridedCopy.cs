using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Elementwise;

/// <summary>Arguments of <see cref="StridedCopy"/>.</summary>
public unsafe struct StridedCopyArguments
{
    /// <summary>The first float that is read.</summary>
    public float* Source;

    /// <summary>Floats from one row to the next.</summary>
    public nint SourceStride;

    /// <summary>The first float that is written.</summary>
    public float* Destination;

    /// <summary>Floats from one row to the next.</summary>
    public nint DestinationStride;

    /// <summary>The number of rows.</summary>
    public nint Rows;

    /// <summary>The floats of a row.</summary>
    public int Columns;
}

/// <summary>Copies a matrix between rows of different lengths: the parts of a concatenation, a slice of channels, every second pixel.</summary>
/// <remarks>Lanes are columns, the remainder is a partial pack; rows without gaps are copied as one. Traffic: reads 4, writes 4 bytes per element. Bits are copied as they are.</remarks>
public readonly unsafe struct StridedCopy : IKernel<StridedCopyArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref StridedCopyArguments arguments)
        where P : struct, IPack<P>
    {
        float* source = arguments.Source, destination = arguments.Destination;
        if (arguments.SourceStride == arguments.Columns && arguments.DestinationStride == arguments.Columns)
        {
            var bytes = arguments.Rows * arguments.Columns * sizeof(float);
            Buffer.MemoryCopy(source, destination, bytes, bytes);
            return;
        }

        for (nint row = 0; row < arguments.Rows; row++)
        {
            var column = 0;
            for (; column + P.Width <= arguments.Columns; column += P.Width) P.Store(destination + column, P.Load(source + column));
            var count = arguments.Columns - column;
            if (count > 0) P.StorePartial(destination + column, P.LoadPartial(source + column, count), count);
            source += arguments.SourceStride;
            destination += arguments.DestinationStride;
        }
    }
}
