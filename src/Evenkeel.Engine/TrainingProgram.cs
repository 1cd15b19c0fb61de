using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Engine;

/// <summary>What takes training steps: one plan, or several segments of a model with an update each.</summary>
/// <remarks>One thread at a time may use a program. The same inputs give the same bits for any number of threads.</remarks>
public abstract class TrainingProgram : IDisposable
{
    /// <summary>The learning rate of the next commit; the caller's schedule sets it. Default 0.01.</summary>
    public float LearningRate { get; set; } = 0.01f;

    /// <summary>A bound on the gradients of the coming steps; null (default) for none. <see cref="StepResult.GradientNorm"/> is the norm before it.</summary>
    public GradientClipping? Clipping { get; set; }

    /// <summary>Steps begun so far: it indexes randomness and data.</summary>
    public long Attempts { get; set; }

    /// <summary>Steps committed so far: it indexes schedules and bias corrections.</summary>
    public long Commits { get; set; }

    /// <summary>What the optimizer remembers, for example <c>momentum/hidden1.weight</c>.</summary>
    public abstract TensorStore<float> Slots { get; }

    /// <summary>The gradients of the newest step, in the parameters' layout; where the step was committed, as <see cref="Clipping"/> left them.</summary>
    public abstract TensorStore<float> Gradients { get; }

    /// <summary>All that a resumed run needs besides the model and the two counters; names differ between the stores.</summary>
    public virtual IReadOnlyList<TensorStore<float>> Memory => [Slots];

    /// <summary>Sets the states that recurrent layers carry from step to step to zero: other sequences begin.</summary>
    public virtual void ResetCarriedState()
    {
    }

    /// <summary>Input memory for this program.</summary>
    public abstract BatchSlot CreateSlot();

    /// <summary>Runs one step.</summary>
    /// <param name="slot">A slot that this program made, filled with features and targets.</param>
    /// <exception cref="EngineException">EK0202: bad count. EK0203: a label out of range. EK1001: one value per channel. Nothing was committed.</exception>
    public StepResult Step(BatchSlot slot) => Step(slot, null, 0);

    /// <summary>Runs one step, and beside one of its regions (where there is one, a region with work for one thread alone) the pieces of another job, for example assembling the next batch into another slot.</summary>
    /// <param name="slot">A slot that this program made, filled with features and targets.</param>
    /// <param name="alongside">The other job, which must not touch the slot or the model; null for none.</param>
    /// <param name="pieces">Its pieces.</param>
    /// <inheritdoc cref="Step(BatchSlot)" path="/exception"/>
    public abstract StepResult Step(BatchSlot slot, PieceJob? alongside, int pieces);

    /// <summary>Gives the threads back; the memory follows when nothing refers to the program.</summary>
    public abstract void Dispose();
}
