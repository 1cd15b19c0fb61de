using Evenkeel.Engine.Planning;
using Evenkeel.Numerics.Memory;

namespace Evenkeel.Engine.Execution;

/// <summary>One run's binding: base addresses of the segments, the count, and each worker's scratch memory.</summary>
public sealed unsafe class Frame
{
    private readonly float*[] _bases = new float*[Enum.GetValues<Segment>().Length];
    private NativeBuffer[] _scratch = [];

    /// <summary>Samples in this run.</summary>
    public int Count { get; internal set; }

    /// <summary>The number of attempts before this one: it indexes randomness.</summary>
    public long Attempt { get; internal set; }

    /// <summary>The seed of the random streams.</summary>
    public ulong Seed { get; internal set; }

    /// <summary>The first float of a buffer.</summary>
    public float* Floats(PlanBuffer buffer) => _bases[(int)buffer.Segment] + buffer.Offset;

    /// <summary>The first float of a buffer, or null for no buffer.</summary>
    public float* FloatsOrNull(PlanBuffer? buffer) => buffer is null ? null : Floats(buffer);

    /// <summary>The first double of a buffer of doubles.</summary>
    public double* Doubles(PlanBuffer buffer) => (double*)Floats(buffer);

    /// <summary>Scratch memory of a worker.</summary>
    public float* Scratch(int worker) => _scratch[worker].Pointer;

    internal void Bind(Segment segment, float* start) => _bases[(int)segment] = start;

    internal void AllocateScratch(int workers, long floats)
    {
        _scratch = new NativeBuffer[workers];
        for (var i = 0; i < workers; i++) _scratch[i] = new NativeBuffer(floats);
    }

    internal long ScratchFloats => _scratch.Sum(static buffer => buffer.Length);
}
