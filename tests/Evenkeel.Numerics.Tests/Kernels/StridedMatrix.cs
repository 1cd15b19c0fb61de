using Evenkeel.TestKit;

namespace Evenkeel.Numerics.Tests.Kernels;

/// <summary>A matrix whose rows are farther apart than they are long, ending at a guard page; the gaps hold NaN, so a read of one shows and a write is found.</summary>
internal sealed unsafe class StridedMatrix : IDisposable
{
    private readonly GuardedBuffer<float> _buffer;

    public StridedMatrix(int rows, int columns, int gap, ReadOnlySpan<float> values = default)
    {
        Rows = rows;
        Columns = columns;
        Stride = columns + gap;
        _buffer = new GuardedBuffer<float>(rows == 0 ? 0 : ((rows - 1) * Stride) + columns);
        for (var row = 0; row < rows && !values.IsEmpty; row++)
            values.Slice(row * columns, columns).CopyTo(_buffer.Span[(row * Stride)..]);
    }

    public int Rows { get; }

    public int Columns { get; }

    public int Stride { get; }

    public float* Pointer => _buffer.Pointer;

    /// <summary>The values without the gaps.</summary>
    public float[] Values
    {
        get
        {
            var values = new float[Rows * Columns];
            for (var row = 0; row < Rows; row++) _buffer.Span.Slice(row * Stride, Columns).CopyTo(values.AsSpan(row * Columns));
            return values;
        }
    }

    public void Dispose()
    {
        for (var i = 0; i < _buffer.Length; i++)
        {
            if (i % Stride >= Columns) Assert.Equal(-1, BitConverter.SingleToInt32Bits(_buffer.Span[i]));
        }

        _buffer.Dispose();
    }
}
