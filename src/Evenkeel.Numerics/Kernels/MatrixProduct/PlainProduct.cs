namespace Evenkeel.Numerics.Kernels.MatrixProduct;

/// <summary>The definition in plain loops, one float sum over all of k: the last resort and a second opinion.</summary>
internal sealed unsafe class PlainProduct(MatrixProductShape capacity, MatrixProductPartition partition, int width)
    : MatrixProduct(capacity, partition, width)
{
    public override string Algorithm => PlainAlgorithm.AlgorithmName;

    public override int Pieces(int phase, in MatrixProductShape actual) => ColumnPieces.Count;

    public override void Run(int phase, int piece, in MatrixProductCall call)
    {
        var shape = call.Shape;
        var (firstColumn, columns) = ColumnPieces[piece];
        for (var row = 0; row < shape.M; row++)
        {
            for (var column = firstColumn; column < firstColumn + columns; column++)
            {
                var sum = call.Bias == null ? 0f : call.Bias[column];
                for (var k = 0; k < shape.K; k++)
                {
                    var a = shape.TransposeA ? call.A[k * call.LeadingA + row] : call.A[row * call.LeadingA + k];
                    var b = shape.TransposeB ? call.B[column * call.LeadingB + k] : call.B[k * call.LeadingB + column];
                    sum += a * b;
                }

                var c = call.C + row * call.LeadingC + column;
                *c = call.Accumulate ? *c + sum : sum;
            }
        }
    }
}

/// <summary>The entry of <see cref="PlainProduct"/>.</summary>
internal sealed class PlainAlgorithm : MatrixProductAlgorithm
{
    public const string AlgorithmName = "plain";

    public override string Name => AlgorithmName;

    public override bool Can(in MatrixProductShape shape, MatrixProductPartition partition) => true;

    public override bool Wants<P>(in MatrixProductShape shape, MatrixProductPartition partition) => true;

    public override MatrixProduct Create<P>(in MatrixProductShape shape, MatrixProductPartition partition) =>
        new PlainProduct(shape, partition, P.Width);
}
