using Evenkeel.Graph.Shapes;

namespace Evenkeel.Engine.Planning;

/// <summary>A tensor of a plan: a place in a segment.</summary>
public sealed class PlanBuffer
{
    private PlanBuffer? _alias;
    private Segment _segment;
    private long _offset;

    internal PlanBuffer(string name, long floatsPerSample, long fixedFloats, Shape shape)
    {
        Name = name;
        FloatsPerSample = floatsPerSample;
        FixedFloats = fixedFloats;
        Shape = shape;
    }

    /// <summary>What it holds.</summary>
    public string Name { get; }

    /// <summary>The shape of the tensor; work space has none of its own.</summary>
    public Shape Shape { get; }

    /// <summary>Floats that grow with the count.</summary>
    public long FloatsPerSample { get; }

    /// <summary>Floats that do not.</summary>
    public long FixedFloats { get; }

    /// <summary>Whether its place was given, not planned.</summary>
    public bool IsPinned { get; private set; }

    /// <summary>Where it lies.</summary>
    public Segment Segment => _alias?.Segment ?? _segment;

    /// <summary>The first float inside the segment.</summary>
    public long Offset => _alias?.Offset ?? _offset;

    /// <summary>The buffer whose memory it shares: itself, or the one that it was made an alias of.</summary>
    public PlanBuffer Root => _alias?.Root ?? this;

    /// <summary>Floats at a count.</summary>
    public long Floats(int count) => FixedFloats + (FloatsPerSample * count);

    internal void Pin(Segment segment, long offset)
    {
        IsPinned = true;
        Place(segment, offset);
    }

    /// <summary>Whether it lives in a block alone.</summary>
    public bool IsLocal => Segment == Segment.Local;

    internal void MakeLocal(long offset) => Place(Segment.Local, offset);

    internal void Place(Segment segment, long offset)
    {
        _segment = segment;
        _offset = offset;
    }

    internal void ShareMemoryOf(PlanBuffer other) => _alias = other.Root;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Shape}";
}
