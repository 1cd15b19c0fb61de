using Evenkeel.Engine.Planning;

namespace Evenkeel.Engine.Execution;

/// <summary>One run's binding, shared by all workers: base addresses of the segments, the count and what indexes randomness.</summary>
internal sealed unsafe class RunBinding
{
    private static readonly int SegmentCount = Enum.GetValues<Segment>().Length;

    private readonly float*[] _bases = new float*[SegmentCount];
    private readonly object?[] _owners = new object?[SegmentCount];

    public int Count { get; set; }

    public long Attempt { get; set; }

    public ulong Seed { get; init; }

    public float* Base(Segment segment) => _bases[(int)segment];

    /// <summary>Binds a segment to memory.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="start">Its first float.</param>
    /// <param name="owner">Whose finalizer frees the memory: it lives as long as the binding, since kernels hold addresses alone.</param>
    public void Bind(Segment segment, float* start, object owner)
    {
        _bases[(int)segment] = start;
        _owners[(int)segment] = owner;
    }
}
