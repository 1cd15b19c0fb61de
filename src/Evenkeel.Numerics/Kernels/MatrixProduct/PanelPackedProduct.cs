using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.MatrixProduct;

/// <summary>Each piece packs its panel of B into its scratch, block of k by block of k, and reads A where it lies.</summary>
internal sealed unsafe class PanelPackedProduct<P>(MatrixProductShape capacity, MatrixProductPartition partition)
    : MatrixProduct(capacity, partition, P.Width)
    where P : struct, IPack<P>
{
    public override string Algorithm => PanelPackedAlgorithm.AlgorithmName;

    public override long ScratchFloats => (long)ColumnPanelWidth * Math.Min(Capacity.K, DepthBlocks.Longest);

    private int ColumnPanelWidth => Panels.Count == 0 ? 0 : Panels.First(1);

    public override int Pieces(int phase, in MatrixProductShape actual) => Partition == MatrixProductPartition.Columns ? ColumnPieces.Count : Panels.Count;

    public override void Run(int phase, int piece, in MatrixProductCall call)
    {
        var (first, end) = Partition == MatrixProductPartition.Columns ? ColumnPieces.Panels(piece) : (piece, piece + 1);
        for (var panel = first; panel < end; panel++) Multiply(panel, call);
    }

    private void Multiply(int panel, in MatrixProductCall call)
    {
        var shape = call.Shape;
        var (column, columns) = Panels[panel];
        var depths = new DepthBlocks(shape.K);
        for (var block = 0; block < depths.Count; block++)
        {
            var first = depths.First(block);
            var depth = depths.Length(block);
            var b = shape.TransposeB ? call.B + column * call.LeadingB + first : call.B + first * call.LeadingB + column;
            PanelPacking<P>.PackB(b, call.LeadingB, shape.TransposeB, depth, columns, call.Scratch);
            var operands = new TileSweep<P>.Operands
            {
                A = shape.TransposeA ? call.A + first * call.LeadingA : call.A + first,
                Addressing = shape.TransposeA ? Addressing.Transposed : Addressing.Rows,
                StrideA = call.LeadingA,
                B = call.Scratch,
                C = call.C + column,
                StrideC = call.LeadingC,
                Start = block > 0 || call.Bias == null ? null : call.Bias + column,
                Rows = shape.M,
                Columns = columns,
                Depth = depth,
                Accumulate = call.Accumulate || block > 0,
            };
            TileSweep<P>.Run(ref operands);
        }
    }
}

/// <summary>The entry of <see cref="PanelPackedProduct{P}"/>.</summary>
internal sealed class PanelPackedAlgorithm : MatrixProductAlgorithm
{
    public const string AlgorithmName = "panel-packed";

    /// <summary>A block of k of so many columns of a transposed A stays in the second cache level while panel after panel reads it.</summary>
    internal const int MostTransposedRows = 512;

    public override string Name => AlgorithmName;

    public override bool Can(in MatrixProductShape shape, MatrixProductPartition partition) => true;

    // Over tiles it has few pieces, but packs close to where the panel is read; it loses once A is re-read from afar for every panel.
    public override bool Wants<P>(in MatrixProductShape shape, MatrixProductPartition partition)
    {
        if (partition == MatrixProductPartition.Columns || shape.MultiplyAdds <= 2_000_000) return true;
        var rowsOfA = (long)shape.M * shape.K;
        return new ColumnPanels(shape.N, P.Width).Count >= 8 && (shape.TransposeA ? rowsOfA <= 131_072 || shape.M <= MostTransposedRows : shape.M <= 256);
    }

    public override MatrixProduct Create<P>(in MatrixProductShape shape, MatrixProductPartition partition) => new PanelPackedProduct<P>(shape, partition);
}
