using System.Runtime.InteropServices;

namespace Evenkeel.Records.Safetensors;

/// <summary>Turns elements from the machine's byte order into little-endian order and back; does nothing on little-endian machines.</summary>
internal static class LittleEndian
{
    public static void Swap<T>(Span<T> elements) where T : unmanaged
    {
        if (BitConverter.IsLittleEndian || Marshal.SizeOf<T>() == 1) return;
        var bytes = MemoryMarshal.AsBytes(elements);
        var size = bytes.Length / Math.Max(1, elements.Length);
        for (var start = 0; start < bytes.Length; start += size) bytes.Slice(start, size).Reverse();
    }
}
