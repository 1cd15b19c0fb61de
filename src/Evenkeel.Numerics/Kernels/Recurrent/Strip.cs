namespace Evenkeel.Numerics.Kernels.Recurrent;

/// <summary>Where a sweep over samples x units of a recurrent cell finds a tensor: element (row, gate, unit) stands at <c>First[row * Row + gate * Gate + unit]</c>.</summary>
/// <param name="first">The first element; null where the tensor does not exist.</param>
/// <param name="row">Floats from one sample to the next.</param>
/// <param name="gate">Floats from one gate to the next.</param>
public readonly unsafe struct Strip(float* first, nint row, nint gate = 0)
{
    /// <summary>The first element, or null.</summary>
    public readonly float* First = first;

    /// <summary>Floats from one sample to the next.</summary>
    public readonly nint Row = row;

    /// <summary>Floats from one gate to the next.</summary>
    public readonly nint Gate = gate;

    /// <summary>The same tensor from another unit on.</summary>
    public Strip From(nint unit) => First == null ? this : new(First + unit, Row, Gate);
}
