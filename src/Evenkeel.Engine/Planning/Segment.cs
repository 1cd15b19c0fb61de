namespace Evenkeel.Engine.Planning;

/// <summary>A block of memory that a run binds to a base address; steps know (segment, offset) only.</summary>
public enum Segment
{
    /// <summary>Everything that lives inside one run.</summary>
    Arena,

    /// <summary>Values that live inside one block of one region: memory of a worker, small enough for its caches.</summary>
    Local,

    /// <summary>Values derived from parameters and states between runs, for example folded weights.</summary>
    Derived,

    /// <summary>The model's parameters.</summary>
    Parameters,

    /// <summary>The model's states, in double.</summary>
    States,

    /// <summary>Gradients, in the parameters' layout.</summary>
    Gradients,

    /// <summary>The batch's features.</summary>
    Features,

    /// <summary>The batch's labels or targets.</summary>
    Targets,

    /// <summary>What arrives between the forward and the backward pass: the cotangent of a segment's output, or targets.</summary>
    Late,
}
