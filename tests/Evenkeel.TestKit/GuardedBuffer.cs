using System.Runtime.InteropServices;
using Xunit.Sdk;

namespace Evenkeel.TestKit;

/// <summary>Makes buffers that end exactly at, or begin exactly after, a page that nobody may touch.</summary>
public static class GuardedBuffer
{
    /// <summary>A copy of the values whose last byte is the last before a guard page: reading one too many ends the process.</summary>
    public static GuardedBuffer<T> EndingAtGuard<T>(ReadOnlySpan<T> values) where T : unmanaged => Fill(new GuardedBuffer<T>(values.Length, atEnd: true), values);

    /// <summary>A copy of the values whose first byte is the first after a guard page.</summary>
    public static GuardedBuffer<T> StartingAfterGuard<T>(ReadOnlySpan<T> values) where T : unmanaged => Fill(new GuardedBuffer<T>(values.Length, atEnd: false), values);

    /// <summary>A copy of the array, ending at a guard page.</summary>
    public static GuardedBuffer<T> EndingAtGuard<T>(T[] values) where T : unmanaged => EndingAtGuard<T>(values.AsSpan());

    /// <summary>A copy of the array, beginning after a guard page.</summary>
    public static GuardedBuffer<T> StartingAfterGuard<T>(T[] values) where T : unmanaged => StartingAfterGuard<T>(values.AsSpan());

    private static GuardedBuffer<T> Fill<T>(GuardedBuffer<T> buffer, ReadOnlySpan<T> values) where T : unmanaged
    {
        values.CopyTo(buffer.Span);
        return buffer;
    }
}

/// <summary>A buffer between guard pages. New ones are full of NaN (all bits set), so an output that a kernel forgets, or adds to, shows.</summary>
/// <remarks>
/// The bytes between the data and the farther guard are filled likewise, and <see cref="Dispose"/> throws if one of them changed.
/// Data that ends at a guard is aligned to its element only, which is what a kernel's unaligned loads must bear.
/// Where the system cannot protect pages, the fill around the data still catches writes; see <see cref="IsProtected"/>.
/// </remarks>
public sealed unsafe class GuardedBuffer<T> : IDisposable where T : unmanaged
{
    private const byte Fill = 0xFF;
    private readonly nuint _bytes;
    private readonly bool _mapped;
    private byte* _start;

    /// <summary>Maps a buffer of so many values; zero is allowed.</summary>
    /// <param name="atEnd">True to end at a guard page, false to begin after one.</param>
    public GuardedBuffer(int length, bool atEnd = true)
    {
        nuint page = (nuint)GuardPages.PageSize, size = (nuint)length * (nuint)sizeof(T);
        Length = length;
        _mapped = GuardPages.Available;
        // At least one page of slack, so that writes on the unguarded side are seen as well.
        _bytes = (size + page - 1) / page * page + page;
        _start = _mapped ? GuardPages.Map(_bytes) : (byte*)NativeMemory.AlignedAlloc(_bytes, page);
        new Span<byte>(_start, checked((int)_bytes)).Fill(Fill);
        Pointer = (T*)(atEnd ? _start + (_bytes - size) : _start);
    }

    /// <summary>The number of values.</summary>
    public int Length { get; }

    /// <summary>The first value. Not valid after <see cref="Dispose"/>.</summary>
    public T* Pointer { get; private set; }

    /// <summary>The values.</summary>
    public Span<T> Span => _start == null ? throw new ObjectDisposedException(nameof(GuardedBuffer<T>)) : new Span<T>(Pointer, Length);

    /// <summary>Whether the system guards the pages; otherwise only writes are noticed, on <see cref="Dispose"/>.</summary>
    public bool IsProtected => _mapped;

    /// <summary>Frees the memory.</summary>
    /// <exception cref="XunitException">Something beside the values was written to.</exception>
    public void Dispose()
    {
        if (_start == null) return;
        int before = (int)((byte*)Pointer - _start), size = Length * sizeof(T), after = (int)_bytes - before - size;
        bool untouched = !new ReadOnlySpan<byte>(_start, before).ContainsAnyExcept(Fill)
            && !new ReadOnlySpan<byte>((byte*)Pointer + size, after).ContainsAnyExcept(Fill);
        if (_mapped) GuardPages.Unmap(_start, _bytes);
        else NativeMemory.AlignedFree(_start);
        _start = null;
        Pointer = null;
        if (!untouched) throw new XunitException($"Something was written beside a buffer of {Length} values of {typeof(T).Name}.");
    }
}
