using Evenkeel.Engine.Planning;

namespace Evenkeel.Engine.Execution;

/// <summary>One run's binding, shared by all workers: base addresses of the segments, the count and what indexes randomness.</summary>
internal sealed unsafe class RunBinding
{
    private readonly float*[] _bases = new float*[Enum.GetValues<Segment>().Length];

    public int Count { get; set; }

    public long Attempt { get; set; }

    public ulong Seed { get; init; }

    public float* Base(Segment segment) => _bases[(int)segment];

    public void Bind(Segment segment, float* start) => _bases[(int)segment] = start;
}
