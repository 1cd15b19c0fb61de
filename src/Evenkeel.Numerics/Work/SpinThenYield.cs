using System.Diagnostics;

namespace Evenkeel.Numerics.Work;

/// <summary>Waits by spinning for 50 microseconds, then by giving the core away, since pure spinning stalls for whole scheduler slices as soon as a third busy thread exists.</summary>
internal struct SpinThenYield
{
    private static readonly long Patience = Stopwatch.Frequency / 20_000;
    private long _start;
    private int _spins;

    /// <summary>Whether the patience has run out.</summary>
    public bool IsExhausted { get; private set; }

    public void Once()
    {
        if (IsExhausted)
        {
            Thread.Yield();
            return;
        }

        Thread.SpinWait(1);
        if ((++_spins & 31) != 0) return;
        var now = Stopwatch.GetTimestamp();
        if (_start == 0) _start = now;
        else if (now - _start > Patience) IsExhausted = true;
    }
}
