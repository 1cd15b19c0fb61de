using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Update;

namespace Evenkeel.Optimization.Optimizers;

/// <summary>Sets the numbers of a commit that depend on which commit it is; allocates nothing.</summary>
/// <param name="commit">Which commit, from 0.</param>
/// <param name="numbers">The numbers; learning rate and weight decay are set elsewhere.</param>
public delegate void CommitNumbers(long commit, ref UpdateNumbers numbers);

/// <summary>The update loop of an optimizer that is one <see cref="IUpdateRule"/>: one fused sweep over parameters, gradients and slots.</summary>
/// <typeparam name="TRule">The rule.</typeparam>
/// <remarks>For optimizers of your own too: write the rule as a struct, and return this from <see cref="UpdateMethod.CreateSweeper"/>.</remarks>
public sealed unsafe class RuleSweeper<TRule> : UpdateSweeper
    where TRule : struct, IUpdateRule
{
    private readonly KernelEntry<UpdateSweepArguments> _kernel;
    private readonly CommitNumbers? _commitNumbers;
    private readonly float _weightDecay;
    private UpdateNumbers _numbers;

    /// <summary>Creates the loop.</summary>
    /// <param name="width">The pack width in bits.</param>
    /// <param name="numbers">Retentions, their complements, epsilon and weight decay.</param>
    /// <param name="commitNumbers">Sets the corrections of a commit, for example <see cref="Coefficients.BiasCorrections"/>; null where they are all 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is no pack width.</exception>
    public RuleSweeper(int width, UpdateNumbers numbers, CommitNumbers? commitNumbers = null)
    {
        _kernel = KernelEntry<UpdateSweepArguments>.Of<UpdateSweep<TRule>>(width);
        _weightDecay = numbers.WeightDecay;
        _commitNumbers = commitNumbers;
        _numbers = numbers with { FirstCorrection = 1, SecondCorrection = 1, GradientCorrection = 1 };
    }

    /// <inheritdoc/>
    public override void Begin(long commit, float learningRate)
    {
        _numbers.LearningRate = learningRate;
        _commitNumbers?.Invoke(commit, ref _numbers);
    }

    /// <inheritdoc/>
    public override void Run(in UpdateRange range, bool decays)
    {
        var arguments = Arguments(in range, TRule.Slots, _numbers, decays ? _weightDecay : 0);
        _kernel.Run(ref arguments);
    }

    /// <summary>A range's arguments, with the rate and decay of its group.</summary>
    internal static UpdateSweepArguments Arguments(in UpdateRange range, int slots, UpdateNumbers numbers, float weightDecay)
    {
        numbers.LearningRate *= range.RateFactor;
        numbers.WeightDecay = weightDecay * range.DecayFactor;
        return new UpdateSweepArguments
        {
            Parameters = range.Parameters,
            Gradients = range.Gradients,
            FirstSlot = slots > 0 ? range.Slot(0) : null,
            SecondSlot = slots > 1 ? range.Slot(1) : null,
            ThirdSlot = slots > 2 ? range.Slot(2) : null,
            Count = range.Count,
            Numbers = numbers,
        };
    }
}
