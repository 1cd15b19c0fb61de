using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Update;

namespace Evenkeel.Optimization.Optimizers;

/// <summary>The update loop of an optimizer that is one <see cref="IUpdateRule"/>: one fused sweep over parameters, gradients and slots.</summary>
/// <typeparam name="TRule">The rule.</typeparam>
/// <remarks>For optimizers of your own too: write the rule as a struct, and return this from <see cref="UpdateMethod.CreateSweeper"/>.</remarks>
public sealed unsafe class RuleSweeper<TRule> : UpdateSweeper
    where TRule : struct, IUpdateRule
{
    private readonly KernelEntry<UpdateSweepArguments> _kernel;
    private readonly bool _correctsBias;
    private readonly float _weightDecay;
    private UpdateNumbers _numbers;

    /// <summary>Creates the loop.</summary>
    /// <param name="width">The pack width in bits.</param>
    /// <param name="numbers">Retentions, epsilon and weight decay; learning rate and corrections are set by every commit.</param>
    /// <param name="correctsBias">Whether the corrections are <c>1 / (1 - retention^t)</c>; else they are 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is no pack width.</exception>
    public RuleSweeper(int width, UpdateNumbers numbers, bool correctsBias = false)
    {
        _kernel = KernelEntry<UpdateSweepArguments>.Of<UpdateSweep<TRule>>(width);
        _weightDecay = numbers.WeightDecay;
        _correctsBias = correctsBias;
        _numbers = numbers with { FirstCorrection = 1, SecondCorrection = 1 };
    }

    /// <inheritdoc/>
    public override void Begin(long commit, float learningRate)
    {
        _numbers.LearningRate = learningRate;
        if (!_correctsBias) return;
        _numbers.FirstCorrection = Correction(_numbers.FirstRetention, commit);
        _numbers.SecondCorrection = Correction(_numbers.SecondRetention, commit);
    }

    /// <inheritdoc/>
    public override void Run(in UpdateRange range, bool decays)
    {
        var arguments = new UpdateSweepArguments
        {
            Parameters = range.Parameters,
            Gradients = range.Gradients,
            FirstSlot = TRule.Slots > 0 ? range.Slot(0) : null,
            SecondSlot = TRule.Slots > 1 ? range.Slot(1) : null,
            Count = range.Count,
            Numbers = _numbers,
        };
        arguments.Numbers.LearningRate *= range.RateFactor;
        arguments.Numbers.WeightDecay = decays ? _weightDecay * range.DecayFactor : 0;
        _kernel.Run(ref arguments);
    }

    // In double, since 1 - 0.999^t loses half its digits in float at t = 1.
    private static float Correction(float retention, long commit) => (float)(1 / (1 - Math.Pow(retention, commit + 1.0)));
}
