namespace Evenkeel.Numerics.Kernels.MatrixProduct;

/// <summary>The operands of one run. Plain data: the caller owns the memory and sees to it that C overlaps no operand.</summary>
public unsafe struct MatrixProductCall
{
    /// <summary>The actual shape: M and K up to the capacity, N and the transposes equal to it.</summary>
    public MatrixProductShape Shape;

    /// <summary>A: <c>[M, K]</c>, or <c>[K, M]</c> if transposed.</summary>
    public float* A;

    /// <summary>Floats between the stored rows of A.</summary>
    public long LeadingA;

    /// <summary>B: <c>[K, N]</c>, or <c>[N, K]</c> if transposed.</summary>
    public float* B;

    /// <summary>Floats between the stored rows of B.</summary>
    public long LeadingB;

    /// <summary>C: <c>[M, N]</c>.</summary>
    public float* C;

    /// <summary>Floats between the rows of C.</summary>
    public long LeadingC;

    /// <summary>One value per column, <c>[N]</c>, at which every sum starts; null for zero.</summary>
    public float* Bias;

    /// <summary>Whether the result is added to C; else it replaces C, whatever C held.</summary>
    public bool Accumulate;

    /// <summary><see cref="MatrixProduct.SharedFloats"/> floats that all workers see, aligned to 64 bytes; unchanged between the phases of a run.</summary>
    public float* Shared;

    /// <summary><see cref="MatrixProduct.ScratchFloats"/> floats of the running worker alone, aligned to 64 bytes.</summary>
    public float* Scratch;
}
