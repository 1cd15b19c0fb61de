namespace Evenkeel.Records.Safetensors;

/// <summary>One tensor of a safetensors file, as its header describes it.</summary>
/// <param name="Name">The tensor's name, unique in the file.</param>
/// <param name="DataType">The element type.</param>
/// <param name="Shape">The extents, outermost first; empty for a scalar.</param>
/// <param name="Offset">The first byte, counted from the beginning of the data part.</param>
/// <param name="ByteLength">The size in bytes.</param>
public sealed record SafetensorsEntry(string Name, SafetensorsDataType DataType, IReadOnlyList<long> Shape, long Offset, long ByteLength)
{
    /// <summary>The number of elements.</summary>
    public long ElementCount => ByteLength / DataType.ElementSize();

    /// <summary>Shape and type as text: <c>F32 [784, 100]</c>.</summary>
    public override string ToString() => $"{DataType.FormatName()} {FormatShape(Shape)}";

    internal static string FormatShape(IEnumerable<long> shape) => RecordsErrors.Invariant($"[{string.Join(", ", shape)}]");
}
