namespace Evenkeel.Graph.Models;

/// <summary>How tensors lie side by side in flat memory.</summary>
public static class TensorLayout
{
    /// <summary>Tensors start at multiples of so many elements (at least one cache line); the gaps are zero and stay so.</summary>
    public const int Alignment = 16;

    /// <summary>The next multiple of <see cref="Alignment"/>.</summary>
    public static long Align(long elements) => (elements + Alignment - 1) / Alignment * Alignment;
}
