using System.Runtime.InteropServices;

namespace Evenkeel.Numerics.Kernels.MatrixProduct;

/// <summary>What all register tiles of one sweep share.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TileFrame
{
    /// <summary>The runs of A: pieces of k that lie apart.</summary>
    public long Runs;

    /// <summary>The number of steps over k in each run.</summary>
    public long Depth;

    /// <summary>Floats between rows of A (tiles over rows), or between steps of k (tiles over panels).</summary>
    public long StrideA;

    /// <summary>Floats between the vectors of successive steps of k in B.</summary>
    public long StrideB;

    /// <summary>Floats of B to leave out between two runs; 0 where it goes on without a gap.</summary>
    public long GapB;

    /// <summary>Floats between rows of C.</summary>
    public long StrideC;

    /// <summary>The lanes of the last vector that exist, for partial tiles.</summary>
    public int LastLanes;

    /// <summary>Whether the tile is added to C.</summary>
    public bool Accumulate;
}
