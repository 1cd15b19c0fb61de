using Evenkeel.Engine.Planning;
using Evenkeel.Numerics.Memory;

namespace Evenkeel.Engine.Execution;

/// <summary>What a worker sees of a run: base addresses of the segments, the count, and memory of its own.</summary>
public sealed unsafe class Frame
{
    private readonly RunBinding _run;
    private NativeBuffer? _scratch;
    private NativeBuffer? _local;

    internal Frame(RunBinding run) => _run = run;

    /// <summary>Samples in this run.</summary>
    public int Count => _run.Count;

    /// <summary>The number of attempts before this one: it indexes randomness.</summary>
    public long Attempt => _run.Attempt;

    /// <summary>The seed of the random streams.</summary>
    public ulong Seed => _run.Seed;

    /// <summary>Scratch memory of the worker, as much as the neediest step asked for.</summary>
    public float* Scratch => _scratch!.Pointer;

    /// <summary>The first sample of the block that the worker is at: buffers that live in a block alone start there.</summary>
    internal int FirstSample { get; set; }

    /// <summary>The share of the first sample that lies before the block, as image rows out of so many.</summary>
    internal (int First, int Height) Rows { get; set; } = (0, 1);

    internal long OwnFloats => (_scratch?.Length ?? 0) + (_local?.Length ?? 0);

    /// <summary>The first float of a buffer.</summary>
    public float* Floats(PlanBuffer buffer) => buffer.Segment == Segment.Local
        ? _local!.Pointer + buffer.Offset - (FirstSample * buffer.FloatsPerSample) - (Rows.First * buffer.FloatsPerSample / Rows.Height)
        : _run.Base(buffer.Segment) + buffer.Offset;

    /// <summary>The first float of a buffer, or null for no buffer.</summary>
    public float* FloatsOrNull(PlanBuffer? buffer) => buffer is null ? null : Floats(buffer);

    /// <summary>The first double of a buffer of doubles.</summary>
    public double* Doubles(PlanBuffer buffer) => (double*)Floats(buffer);

    internal void Allocate(long scratch, long local)
    {
        _scratch = new NativeBuffer(scratch);
        _local = new NativeBuffer(local);
    }
}
