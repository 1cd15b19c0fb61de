using System.Runtime.InteropServices;

namespace Evenkeel.Numerics.Memory;

/// <summary>Zeroed floats outside the managed heap, aligned to 64 bytes (to 2 MB and on huge pages where the buffer is large and the system has them).</summary>
/// <remarks>The handle frees the memory by itself when nothing refers to it any more; its size is told to the garbage collector as memory pressure. Never dispose one whose pointer is in use.</remarks>
public sealed unsafe class NativeBuffer : SafeHandle
{
    private readonly nuint _bytes;
    private readonly SystemPages.Mapping _mapping;

    /// <summary>Allocates and touches the memory once.</summary>
    /// <param name="length">Floats, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    /// <exception cref="OutOfMemoryException">The system refuses.</exception>
    public NativeBuffer(long length)
        : base(0, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        _bytes = checked((nuint)Math.Max(length, 16) * sizeof(float));
        _mapping = SystemPages.Allocate(_bytes);
        SetHandle(_mapping.Start);
        NativeMemory.Clear((void*)handle, _bytes);
        GC.AddMemoryPressure((long)_bytes);
    }

    /// <summary>The number of floats.</summary>
    public long Length { get; }

    /// <summary>The first float.</summary>
    public float* Pointer => (float*)handle;

    /// <summary>The floats as a span.</summary>
    /// <exception cref="OverflowException">The buffer is longer than a span can be.</exception>
    public Span<float> Span => new(Pointer, checked((int)Length));

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        SystemPages.Free(_mapping);
        GC.RemoveMemoryPressure((long)_bytes);
        return true;
    }
}
