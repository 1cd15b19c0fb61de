using Evenkeel.Numerics.Kernels.MatrixProduct;
using Evenkeel.Numerics.Memory;
using Evenkeel.TestKit;

namespace Evenkeel.Numerics.Tests.Kernels.MatrixProduct;

/// <summary>One product with its operands between guard pages, and what the book says about it.</summary>
internal sealed unsafe class MatrixProductTrial
{
    private const int Gap = 5;
    private readonly float[] _a;
    private readonly float[] _b;
    private readonly float[] _bias;
    private readonly float[] _before;
    private readonly double[] _expected;
    private readonly double[] _scale;

    public MatrixProductTrial(MatrixProductShape shape, bool bias = false, bool accumulate = false, bool gaps = false, ulong seed = 1)
    {
        Shape = shape;
        Accumulate = accumulate;
        HasBias = bias;
        Gaps = gaps ? Gap : 0;
        var random = new SeededRandom(seed);
        _a = random.Floats(shape.M * shape.K);
        _b = random.Floats(shape.K * shape.N);
        _bias = random.Floats(shape.N);
        _before = random.Floats(shape.M * shape.N);
        var (a, b, start) = (Expect.Widen(_a), Expect.Widen(_b), bias ? Expect.Widen(_bias) : null);
        _expected = Reference.MatrixProduct.Multiply(a, b, shape.M, shape.N, shape.K, shape.TransposeA, shape.TransposeB, start);
        _scale = Reference.MatrixProduct.Scale(a, b, shape.M, shape.N, shape.K, shape.TransposeA, shape.TransposeB, start);
        for (var i = 0; accumulate && i < _expected.Length; i++)
        {
            _expected[i] += _before[i];
            _scale[i] += Math.Abs(_before[i]);
        }
    }

    public MatrixProductShape Shape { get; }

    public bool Accumulate { get; }

    public bool HasBias { get; }

    private int Gaps { get; }

    public override string ToString() => $"{Shape}{(HasBias ? ", bias" : "")}{(Accumulate ? ", accumulated" : "")}{(Gaps > 0 ? ", with gaps" : "")}";

    /// <summary>Runs the product and compares it with the book.</summary>
    public float[] Check(Numerics.Kernels.MatrixProduct.MatrixProduct product, string what)
    {
        var c = Run(product);
        Compare(c, $"{product.Algorithm}, {product.Partition}, {what}");
        return c;
    }

    /// <summary>Compares a result with the book.</summary>
    public void Compare(float[] c, string what) => Expect.CloseScaled(_expected, c, Tolerances.FloatSum(Shape.K + 2), _scale, $"{what}, {this}");

    /// <summary>Hands out A, B and the bias (or zero), without gaps and each ending at a guard page.</summary>
    public void WithOperands(Action<nint, nint, nint> use)
    {
        using var a = GuardedBuffer.EndingAtGuard(_a);
        using var b = GuardedBuffer.EndingAtGuard(_b);
        using var bias = GuardedBuffer.EndingAtGuard(_bias);
        use((nint)a.Pointer, (nint)b.Pointer, HasBias ? (nint)bias.Pointer : 0);
    }

    /// <summary>Runs the product, its pieces in the given order, and returns C without gaps.</summary>
    public float[] Run(Numerics.Kernels.MatrixProduct.MatrixProduct product, Action<int[]>? order = null, bool atEnd = true)
    {
        using var a = Guarded(_a, Shape.TransposeA ? Shape.M : Shape.K, out var leadingA, atEnd);
        using var b = Guarded(_b, Shape.TransposeB ? Shape.K : Shape.N, out var leadingB, atEnd);
        using var c = Guarded(Accumulate ? _before : null, Shape.N, out var leadingC, atEnd);
        using var bias = atEnd ? GuardedBuffer.EndingAtGuard(_bias) : GuardedBuffer.StartingAfterGuard(_bias);
        using var shared = new NativeBuffer(product.SharedFloats);
        using var scratch = new NativeBuffer(product.ScratchFloats);
        shared.Span.Fill(float.NaN);
        scratch.Span.Fill(float.NaN);
        var call = new MatrixProductCall
        {
            Shape = Shape,
            A = a.Pointer,
            LeadingA = leadingA,
            B = b.Pointer,
            LeadingB = leadingB,
            C = c.Pointer,
            LeadingC = leadingC,
            Bias = HasBias ? bias.Pointer : null,
            Accumulate = Accumulate,
            Shared = shared.Pointer,
            Scratch = scratch.Pointer,
        };
        for (var phase = 0; phase < product.Phases; phase++)
        {
            int[] pieces = [.. Enumerable.Range(0, product.Pieces(phase, Shape))];
            order?.Invoke(pieces);
            foreach (var piece in pieces) product.Run(phase, piece, call);
        }

        return Compact(c, leadingC);
    }

    private GuardedBuffer<float> Guarded(float[]? values, int columns, out long leading, bool atEnd)
    {
        leading = Math.Max(1, columns + Gaps);
        var rows = values is null ? Shape.M : columns == 0 ? 0 : values.Length / columns;
        var buffer = new GuardedBuffer<float>(rows == 0 ? 0 : (int)((rows - 1) * leading) + columns, atEnd);
        for (var row = 0; values is not null && row < rows; row++)
            values.AsSpan(row * columns, columns).CopyTo(buffer.Span[(int)(row * leading)..]);
        return buffer;
    }

    private float[] Compact(GuardedBuffer<float> c, long leading)
    {
        var result = new float[Shape.M * Shape.N];
        for (var row = 0; row < Shape.M && Shape.N > 0; row++)
        {
            c.Span.Slice((int)(row * leading), Shape.N).CopyTo(result.AsSpan(row * Shape.N));
            if (row + 1 == Shape.M) break;
            foreach (var between in c.Span.Slice((int)(row * leading) + Shape.N, Gaps))
                Assert.Equal(-1, BitConverter.SingleToInt32Bits(between));
        }

        return result;
    }
}
