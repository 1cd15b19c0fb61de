using System.Collections.Immutable;
using System.Globalization;

namespace Evenkeel.Graph.Models;

/// <summary>How parameters follow their gradients: what an optimizer shows to the engine.</summary>
/// <remarks>
/// A training plan asks once for <see cref="Slots"/> and a sweeper. In every commit it calls <see cref="UpdateSweeper.Begin"/> on one thread
/// and then <see cref="UpdateSweeper.Run"/> for disjoint ranges on its worker threads, after loss, statistics and gradients are known to be finite.
/// Parameters, gradients and slots are flat blocks of one layout (a <see cref="TensorStore{T}"/>'s, gaps included: there all of them are zero, and an update must leave zeros there).
/// Instances are immutable options and may be shared by plans; everything that changes lies in the slots and in the sweeper.
/// </remarks>
public abstract class UpdateMethod
{
    /// <summary>The optimizer's name in configurations and checkpoints, for example <c>sgd</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What it remembers per parameter, each a block of the parameters' layout that starts at zero, for example <c>momentum</c>; saved as <c>momentum/hidden1.weight</c>.</summary>
    public abstract ImmutableArray<string> Slots { get; }

    /// <summary>Parameters whose rate or decay differs; of several groups that match a parameter the first one counts. Default none.</summary>
    /// <exception cref="GraphException">EK0105: a factor is negative or not finite.</exception>
    public virtual ImmutableArray<ParameterGroup> Groups
    {
        get;
        init
        {
            foreach (var group in value)
            {
                foreach (var factor in (ReadOnlySpan<float>)[group.RateFactor, group.DecayFactor ?? 0])
                {
                    if (!(factor >= 0 && float.IsFinite(factor)))
                        throw GraphException.BadOption($"parameter group '{group.Names}'", string.Create(CultureInfo.InvariantCulture, $"the factor {factor}"), "a finite number from 0 on", "1 changes nothing.");
                }
            }

            field = value;
        }
    } = [];

    /// <summary>What holds weights small besides decay. Default nothing.</summary>
    public virtual Regularization Regularization { get; init; } = Regularization.None;

    /// <summary>How far a step first climbs along its gradient, to take the gradient there: <c>w + ascent g / |g|</c> (sharpness-aware minimisation); 0 (default) for a plain step.</summary>
    public virtual float Ascent => 0;

    /// <summary>Makes the loop at the given width; called when a plan is compiled, so it may allocate.</summary>
    /// <param name="width">The pack width in bits: 512, 256, 128 or 32.</param>
    public abstract UpdateSweeper CreateSweeper(int width);
}

/// <summary>The update loop of one plan.</summary>
public abstract class UpdateSweeper
{
    /// <summary>How many sums over a whole tensor an update needs before it runs, for example of squares; 0 (default) for none. Where it is above 0, no range reaches over two tensors.</summary>
    public virtual int Sums => 0;

    /// <summary>Sets the numbers of the coming commit; one thread, before any <see cref="Run"/> of that commit. Allocates nothing.</summary>
    /// <param name="commit">Which commit it is, from 0; skipped steps do not count. Bias corrections take <c>t = commit + 1</c>.</param>
    /// <param name="learningRate">What the schedule says for this commit.</param>
    public abstract void Begin(long commit, float learningRate);

    /// <summary>Adds a range's part to the sums of its tensor; called for all ranges before any <see cref="Run"/>, where <see cref="Sums"/> is above 0. It may write slots. Any thread. Allocates nothing.</summary>
    /// <param name="range">The memory.</param>
    /// <param name="decays">Whether weight decay applies to the range.</param>
    /// <param name="sums">Receives the range's parts, as many as <see cref="Sums"/>; the parts of a tensor are added in the order of its elements.</param>
    public virtual void Measure(in UpdateRange range, bool decays, Span<double> sums)
    {
    }

    /// <summary>Updates one range in place: parameters and slots are read and written, gradients only read. Any thread, ranges of one commit never overlap. Allocates nothing.</summary>
    /// <param name="range">The memory.</param>
    /// <param name="decays">Whether weight decay applies to the range; a range never mixes parameters that decay and parameters that do not.</param>
    public abstract void Run(in UpdateRange range, bool decays);

    /// <summary>Whether <see cref="Follow"/> does anything. Default no.</summary>
    public virtual bool Follows => false;

    /// <summary>Lets something follow the parameters of a range, behind <see cref="Run"/> and behind what bounds weights after it. Any thread. Allocates nothing.</summary>
    /// <param name="range">The memory.</param>
    public virtual void Follow(in UpdateRange range)
    {
    }
}

/// <summary>A part of the flat blocks that one call updates.</summary>
public readonly unsafe struct UpdateRange
{
    /// <summary>Names the part.</summary>
    /// <param name="parameters">The block's first parameter.</param>
    /// <param name="gradients">The block's first gradient.</param>
    /// <param name="slots">The first float of slot 0; unused where the method has none.</param>
    /// <param name="slotStride">Floats from a slot to the next.</param>
    /// <param name="start">The first element of the part; a multiple of <see cref="TensorLayout.Alignment"/>.</param>
    /// <param name="count">The number of elements.</param>
    public UpdateRange(float* parameters, float* gradients, float* slots, long slotStride, long start, int count)
    {
        Parameters = parameters + start;
        Gradients = gradients + start;
        FirstSlot = slots is null ? null : slots + start;
        SlotStride = slotStride;
        Count = count;
    }

    /// <summary>What the commit's learning rate is multiplied by for this part. Default 1.</summary>
    public float RateFactor { get; init; } = 1;

    /// <summary>What the weight decay is multiplied by for this part, where it decays. Default 1.</summary>
    public float DecayFactor { get; init; } = 1;

    /// <summary>The sums of the part's tensor, as many as <see cref="UpdateSweeper.Sums"/>; null where there are none.</summary>
    public double* TensorSums { get; init; }

    /// <summary>The part's parameters.</summary>
    public float* Parameters { get; }

    /// <summary>The part's gradients.</summary>
    public float* Gradients { get; }

    /// <summary>The part of slot 0.</summary>
    public float* FirstSlot { get; }

    /// <summary>Floats from a slot to the next.</summary>
    public long SlotStride { get; }

    /// <summary>The number of elements.</summary>
    public int Count { get; }

    /// <summary>The part of slot number <paramref name="index"/>, in the order of <see cref="UpdateMethod.Slots"/>.</summary>
    public float* Slot(int index) => FirstSlot + (index * SlotStride);
}
