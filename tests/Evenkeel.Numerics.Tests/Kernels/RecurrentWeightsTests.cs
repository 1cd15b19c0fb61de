using Evenkeel.Numerics.Kernels.Recurrent;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Numerics.Tests.Kernels;

public sealed unsafe class RecurrentWeightsTests
{
    [Theory]
    [ClassData(typeof(Widths))]
    public void Both_products_are_those_of_the_book(int bits)
    {
        foreach (var (rows, units, gates) in new[] { (1, 1, 1), (3, 5, 4), (7, 17, 3), (13, 33, 4), (6, 64, 1), (5, 70, 1), (4, 100, 3), (2, 259, 4) })
        {
            var (columns, random) = (gates * units, new SeededRandom((ulong)((rows * 1000) + units)));
            float[] h = random.Floats(rows * units), u = random.Floats(units * columns), bias = random.Floats(columns), da = random.Floats(rows * columns);
            var weights = RecurrentWeights.Create(bits, 4096, units, gates);
            var blocks = weights.Blocks;
            using var hidden = GuardedBuffer.EndingAtGuard(h);
            using var matrix = GuardedBuffer.EndingAtGuard(u);
            using var biases = GuardedBuffer.EndingAtGuard(bias);
            using var cotangent = GuardedBuffer.EndingAtGuard(da);
            using var packed = GuardedBuffer.EndingAtGuard(new float[weights.PackedFloats]);
            using var transposed = GuardedBuffer.EndingAtGuard(new float[weights.TransposedFloats]);
            using var product = GuardedBuffer.EndingAtGuard(new float[rows * blocks.BlockColumns]);
            using var back = GuardedBuffer.EndingAtGuard(new float[rows * units]);
            var made = new float[rows * columns];
            for (var block = 0; block < blocks.Count; block++)
            {
                weights.Pack(matrix.Pointer, biases.Pointer, packed.Pointer, block);
                weights.Multiply(hidden.Pointer, units, rows, packed.Pointer, block, product.Pointer);
                var (first, count) = blocks.Block(block);
                for (var i = 0; i < rows * gates * count; i++)
                {
                    var (row, gate, unit) = (i / (gates * count), i / count % gates, i % count);
                    made[(row * columns) + (gate * units) + first + unit] = product.Span[(row * blocks.BlockColumns) + (gate * blocks.BlockUnits) + unit];
                }
            }

            for (var piece = 0; piece < blocks.Pieces; piece++)
            {
                weights.PackTransposed(matrix.Pointer, transposed.Pointer, piece);
                weights.MultiplyTransposed(cotangent.Pointer, rows, transposed.Pointer, piece, back.Pointer);
            }

            double[] wideH = Expect.Widen(h), wideU = Expect.Widen(u), wideA = Expect.Widen(da), wideB = Expect.Widen(bias);
            var what = $"{rows} rows, {units} units, {gates} gates";
            Expect.CloseScaled(Book.MatrixProduct.Multiply(wideH, wideU, rows, columns, units, bias: wideB), made, Tolerances.FloatSum(units), Book.MatrixProduct.Scale(wideH, wideU, rows, columns, units, bias: wideB), what);
            Expect.CloseScaled(Book.MatrixProduct.Multiply(wideA, wideU, rows, units, columns, transposeB: true), back.Span, Tolerances.FloatSum(columns), Book.MatrixProduct.Scale(wideA, wideU, rows, units, columns, transposeB: true), what);
        }
    }

    [Theory]
    [ClassData(typeof(Widths))]
    public void Pieces_cover_all_units_once(int bits)
    {
        foreach (var units in AwkwardSizes.Values.Where(static units => units > 0))
        {
            foreach (var gates in new[] { 1, 3, 4 })
            {
                var blocks = new RecurrentBlocks(64, units, gates, bits / 32);
                Assert.Equal(Enumerable.Range(0, units), Enumerable.Range(0, blocks.Pieces).SelectMany(piece => Enumerable.Range(blocks.UnitsOf(piece).First, blocks.UnitsOf(piece).Count)));
                Assert.Equal(Enumerable.Range(0, units), Enumerable.Range(0, blocks.Count).SelectMany(block => Enumerable.Range(blocks.Block(block).First, blocks.Block(block).Count)));
            }
        }
    }
}
