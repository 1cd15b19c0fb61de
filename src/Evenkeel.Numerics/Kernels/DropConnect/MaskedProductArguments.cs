using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.DropConnect;

/// <summary>Arguments of the products with weights of which every sample drops its own: whole, contiguous tensors, and the part that a piece writes.</summary>
public unsafe struct MaskedProductArguments
{
    /// <summary>x, or dx where it is written: <c>[N, inputs]</c>.</summary>
    public float* Input;

    /// <summary>W, or dW where it is written: <c>[inputs, units]</c>.</summary>
    public float* Weight;

    /// <summary>y, or dy where it is read: <c>[N, units]</c>.</summary>
    public float* Output;

    /// <summary>The bits of every sample, row i of W from a word of its own on; <see cref="KeepBits.Words"/> words per sample.</summary>
    public uint* Bits;

    /// <summary>The rows of W.</summary>
    public int Inputs;

    /// <summary>The columns of W.</summary>
    public int Units;

    /// <summary>What kept weights are multiplied by: 1 over the probability of keeping.</summary>
    public float Kept;

    /// <summary>The first sample of the piece; the weights' gradient takes all of them.</summary>
    public int FirstSample;

    /// <summary>The sample after the last one.</summary>
    public int EndSample;

    /// <summary>The first row of W of the piece; x's gradient and the product itself take all of them.</summary>
    public int FirstRow;

    /// <summary>The row after the last one.</summary>
    public int EndRow;

    internal readonly uint* RowOf(int sample, int row) => Bits + ((long)sample * KeepBits.Words(Inputs, Units)) + ((long)row * KeepBits.RowWords(Units));

    /// <summary>The numbers of a pack whose bits are set, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static P Keep<P>(uint* row, nint unit, P values)
        where P : struct, IPack<P> => P.Select(P.LanesOf(row[unit >> 5] >> (int)(unit & 31)), values, P.Zero);
}
