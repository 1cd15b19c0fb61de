using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.MatrixProduct;

/// <summary>A matrix product cut along k: a piece multiplies one block of columns of A by its rows of B and leaves partial sums, which are to be added in the order of the pieces.</summary>
/// <remarks>
/// <para>For products with a long k and few columns. A piece reads rows of B that nobody else reads: where the same thread also makes their gradient and
/// updates them, they never leave its caches. Cut by columns of C, every line of B is read by several threads and must be called back for each update.</para>
/// <para>The blocks are those in which every product adds, and follow from K alone: the sum has the same bits as a product that is not cut.</para>
/// </remarks>
public abstract class DepthCutProduct
{
    private protected DepthCutProduct(MatrixProductShape capacity, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(capacity.TransposeA || capacity.TransposeB, false, nameof(capacity));
        Capacity = capacity;
        Panels = new(capacity.N, width);
        Pieces = PiecesOf(capacity.K);
    }

    /// <summary>The largest M that a run may have; N and K are those of every run, nothing is transposed.</summary>
    public MatrixProductShape Capacity { get; }

    /// <summary>The number of pieces, at least one.</summary>
    public int Pieces { get; }

    /// <summary>Floats between the rows of a partial sum: whole packs.</summary>
    public int LeadingPartial => Panels.First(Panels.Count);

    private protected ColumnPanels Panels { get; }

    /// <summary>The number of pieces for a <paramref name="depth"/> of K.</summary>
    public static int PiecesOf(int depth) => new DepthBlocks(depth).Count;

    /// <summary>Floats from one partial sum of a run to the next.</summary>
    /// <param name="rows">The run's M.</param>
    public long PartialStride(int rows) => (long)rows * LeadingPartial;

    /// <summary>Makes the partial sums of one piece.</summary>
    /// <param name="piece">The piece's number; pieces may run in any order, on any threads.</param>
    /// <param name="call">A, B and the bias, which starts the sums of piece 0; <see cref="MatrixProductCall.Shared"/> is the memory of all partial sums. C is not touched.</param>
    public abstract void Run(int piece, in MatrixProductCall call);

    /// <summary>Prepares a product at a width.</summary>
    /// <param name="bits">512, 256, 128 or 32.</param>
    /// <param name="capacity">The largest shape.</param>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is negative, A or B is transposed, or <paramref name="bits"/> is no pack width.</exception>
    public static DepthCutProduct Create(int bits, MatrixProductShape capacity) => PackWidths.Dispatch<Creation, DepthCutProduct>(bits, new(capacity));

    private readonly record struct Creation(MatrixProductShape Capacity) : IPackFunction<DepthCutProduct>
    {
        public DepthCutProduct Invoke<P>()
            where P : struct, IPack<P> => new DepthCutProduct<P>(Capacity);
    }
}

/// <summary>The product at one width: B is read in place, since a block of it fits the inner caches.</summary>
internal sealed unsafe class DepthCutProduct<P>(MatrixProductShape capacity) : DepthCutProduct(capacity, P.Width)
    where P : struct, IPack<P>
{
    public override void Run(int piece, in MatrixProductCall call)
    {
        var shape = call.Shape;
        var depths = new DepthBlocks(shape.K);
        var first = depths.First(piece);
        for (var panel = 0; panel < Panels.Count; panel++)
        {
            var (column, columns) = Panels[panel];
            var operands = new TileSweep<P>.Operands
            {
                A = call.A + first,
                Addressing = Addressing.Rows,
                StrideA = call.LeadingA,
                B = call.B + first * call.LeadingB + column,
                StrideB = call.LeadingB,
                C = call.Shared + piece * PartialStride(shape.M) + column,
                StrideC = LeadingPartial,
                Start = piece > 0 || call.Bias == null ? null : call.Bias + column,
                Rows = shape.M,
                Columns = columns,
                Depth = depths.Length(piece),
            };
            TileSweep<P>.Run(ref operands);
        }
    }
}
