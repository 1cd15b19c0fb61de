using Evenkeel.Engine.Planning;

namespace Evenkeel.Engine.Execution;

/// <summary>How a step touches a buffer.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="IsAligned">Whether a piece touches only the part that the same piece of an aligned step makes.</param>
public readonly record struct Access(PlanBuffer Buffer, bool IsAligned);

/// <summary>An executable part of a plan, bound once: running it looks nothing up and allocates nothing.</summary>
public abstract class Step
{
    /// <summary>Creates the step.</summary>
    /// <param name="name">The node that it came from.</param>
    protected Step(string name) => Name = name;

    /// <summary>The node that it came from.</summary>
    public string Name { get; }

    /// <summary>How the work is cut.</summary>
    public abstract Grid Grid { get; }

    /// <summary>How many joins the step needs inside itself, plus one.</summary>
    public virtual int Phases => 1;

    /// <summary>Scratch floats per worker.</summary>
    public virtual long ScratchFloats => 0;

    /// <summary>What it reads.</summary>
    public abstract IEnumerable<Access> Reads { get; }

    /// <summary>What it writes; a buffer that is read and written stands in both lists.</summary>
    public abstract IEnumerable<Access> Writes { get; }

    /// <summary>Image rows, where a block may also be some rows of one sample, since a row of what the step writes needs that row of what it reads alone; else 0.</summary>
    public virtual int BlockRows => 0;

    /// <summary>A read buffer whose memory the given written buffer may take over, piece by piece, where nobody needs it afterwards.</summary>
    /// <param name="written">One of the buffers that the step writes.</param>
    public virtual PlanBuffer? InPlaceSource(PlanBuffer written) => null;

    /// <summary>One line for listings.</summary>
    public abstract string Describe();

    /// <summary>Replaces a buffer wherever the step refers to it.</summary>
    /// <param name="buffer">What the step refers to now.</param>
    /// <param name="by">What it shall refer to.</param>
    public abstract void Replace(PlanBuffer buffer, PlanBuffer by);

    /// <summary>Pieces at a count.</summary>
    /// <param name="phase">0 to <see cref="Phases"/> - 1.</param>
    /// <param name="count">The samples of the run.</param>
    public abstract int Pieces(int phase, int count);

    /// <summary>Chooses kernels once the passes have run; called when the plan is sealed.</summary>
    public virtual void Bind()
    {
    }

    /// <summary>Sets what is common to all pieces of a run; one thread.</summary>
    /// <param name="frame">Where buffers lie in this run.</param>
    public virtual void Begin(Frame frame)
    {
    }

    /// <summary>Runs a piece.</summary>
    /// <param name="frame">Where buffers lie in this run.</param>
    /// <param name="phase">0 to <see cref="Phases"/> - 1.</param>
    /// <param name="part">Which piece, and which samples or rows of it.</param>
    public abstract void Run(Frame frame, int phase, in Part part);
}
