using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.MatrixProduct;

/// <summary>A matrix product, prepared for every shape up to a capacity: <c>C = op(A) op(B) + bias</c>, or <c>C += op(A) op(B) + bias</c>.</summary>
/// <remarks>
/// <para>A run is one phase after another; the pieces of a phase may run in any order, on any threads. Which pieces there are follows
/// from the shape and the width alone, and so do the bits: each element of C is one chain over k in ascending order, cut into the
/// blocks of k that K alone decides. Nothing is allocated by <see cref="Run"/>.</para>
/// <para>NaN and infinities go their IEEE way. Structure after BLIS (Van Zee and van de Geijn, ACM TOMS 41(3), 2015): packed panels of B, register tiles.</para>
/// </remarks>
public abstract class MatrixProduct
{
    private protected MatrixProduct(MatrixProductShape capacity, MatrixProductPartition partition, int width)
    {
        Capacity = capacity;
        Partition = partition;
        Panels = new(capacity.N, width);
        ColumnPieces = new(capacity.M, capacity.N, width);
    }

    /// <summary>The largest M and K that a run may have; N and the transposes are those of every run.</summary>
    public MatrixProductShape Capacity { get; }

    /// <summary>How the product is split.</summary>
    public MatrixProductPartition Partition { get; }

    /// <summary>The column panels of C.</summary>
    public ColumnPanels Panels { get; }

    /// <summary>The pieces under <see cref="MatrixProductPartition.Columns"/>.</summary>
    public ColumnPieces ColumnPieces { get; }

    /// <summary>The algorithm's name, as plans print it.</summary>
    public abstract string Algorithm { get; }

    /// <summary>The number of phases; 1 under <see cref="MatrixProductPartition.Columns"/>.</summary>
    public virtual int Phases => 1;

    /// <summary>Floats of memory that all workers share during a run.</summary>
    public virtual long SharedFloats => 0;

    /// <summary>Floats of scratch memory per worker.</summary>
    public virtual long ScratchFloats => 0;

    /// <summary>The number of pieces of a phase.</summary>
    /// <param name="phase">0 to <see cref="Phases"/> - 1.</param>
    /// <param name="actual">The shape of the run.</param>
    public abstract int Pieces(int phase, in MatrixProductShape actual);

    /// <summary>The columns of C that a piece owns under <see cref="MatrixProductPartition.Columns"/>.</summary>
    /// <param name="piece">The piece's number.</param>
    public (int First, int Count) Columns(int piece) => ColumnPieces[piece];

    /// <summary>Runs one piece.</summary>
    /// <param name="phase">The phase; all pieces of the phases before have ended.</param>
    /// <param name="piece">The piece's number.</param>
    /// <param name="call">The operands, the same for all pieces but for the scratch memory.</param>
    public abstract void Run(int phase, int piece, in MatrixProductCall call);

    /// <summary>Prepares a product at the width of <typeparamref name="P"/>: the first algorithm of <see cref="MatrixProductAlgorithms"/> that wants the shape.</summary>
    /// <param name="capacity">The largest shape.</param>
    /// <param name="partition">How it is to be split.</param>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is negative.</exception>
    public static MatrixProduct Create<P>(MatrixProductShape capacity, MatrixProductPartition partition)
        where P : struct, IPack<P>
    {
        foreach (var algorithm in MatrixProductAlgorithms.All)
        {
            if (algorithm.Wants<P>(capacity, partition)) return algorithm.Create<P>(capacity, partition);
        }

        throw new InvalidOperationException("The reference algorithm takes every shape.");
    }

    /// <summary>Prepares a product at a width given in bits.</summary>
    /// <param name="bits">512, 256, 128 or 32.</param>
    /// <param name="capacity">The largest shape.</param>
    /// <param name="partition">How it is to be split.</param>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is negative, or <paramref name="bits"/> is no pack width.</exception>
    public static MatrixProduct Create(int bits, MatrixProductShape capacity, MatrixProductPartition partition) =>
        PackWidths.Dispatch<Creation, MatrixProduct>(bits, new(capacity, partition));

    private readonly record struct Creation(MatrixProductShape Capacity, MatrixProductPartition Partition) : IPackFunction<MatrixProduct>
    {
        public MatrixProduct Invoke<P>()
            where P : struct, IPack<P> => Create<P>(Capacity, Partition);
    }
}
