using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Optimization.Rules;

namespace Evenkeel.Optimization.Optimizers;

/// <summary>LAMB: AdamW whose step is scaled layer by layer to the length of the layer's weights, <c>w -= rate |w| / |r| r</c> with <c>r = mhat / (sqrt vhat + epsilon) + decay w</c>: for batches of thousands.</summary>
/// <remarks>You et al., arXiv 1904.00962, Algorithm 2, with bias corrections and no bound on <c>|w|</c>. Tensors that do not decay (gamma, beta, biases) take the plain step, and so does a tensor of zeros. t counts commits from 1.</remarks>
public sealed class Lamb : UpdateMethod
{
    /// <summary>What is kept of the mean gradient, in [0, 1). Default 0.9.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public float Beta1
    {
        get;
        init => field = OptionRanges.Retention(nameof(Lamb), "beta1", value);
    } = 0.9f;

    /// <summary>What is kept of the mean squared gradient, in [0, 1). Default 0.999.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public float Beta2
    {
        get;
        init => field = OptionRanges.Retention(nameof(Lamb), "beta2", value);
    } = 0.999f;

    /// <summary>Added to the root, outside it and after the correction; above 0. Default 1e-6.</summary>
    /// <exception cref="OptimizationException">EK0801: not above 0.</exception>
    public float Epsilon
    {
        get;
        init => field = OptionRanges.Epsilon(nameof(Lamb), value);
    } = 1e-6f;

    /// <summary>By how much the weights that decay are drawn to 0, inside the direction, from 0 on. Default 0.01.</summary>
    /// <exception cref="OptimizationException">EK0801: negative or not finite.</exception>
    public float WeightDecay
    {
        get;
        init => field = OptionRanges.WeightDecay(nameof(Lamb), value);
    } = 0.01f;

    /// <inheritdoc/>
    public override string Name => "lamb";

    /// <inheritdoc/>
    public override ImmutableArray<string> Slots => ["mean", "mean_square"];

    /// <inheritdoc/>
    public override UpdateSweeper CreateSweeper(int width) => new Sweeper(this, width);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"lamb(beta1 {Beta1}, beta2 {Beta2}, epsilon {Epsilon}, weight decay {WeightDecay})");

    private sealed unsafe class Sweeper(Lamb method, int width) : UpdateSweeper
    {
        private readonly KernelEntry<DirectionSumsArguments> _measure = KernelEntry<DirectionSumsArguments>.Of<DirectionSums<LambDirectionRule>>(width);
        private readonly KernelEntry<UpdateSweepArguments> _update = KernelEntry<UpdateSweepArguments>.Of<UpdateSweep<LambRule>>(width);
        private readonly CommitNumbers _corrections = Coefficients.BiasCorrections(method.Beta1, method.Beta2);
        private UpdateNumbers _numbers = Coefficients.Of(method.Beta1, method.Beta2, method.Epsilon);

        public override int Sums => 2;

        public override void Begin(long commit, float learningRate)
        {
            _numbers.LearningRate = learningRate;
            _corrections(commit, ref _numbers);
        }

        public override void Measure(in UpdateRange range, bool decays, Span<double> sums)
        {
            var arguments = new DirectionSumsArguments { Sweep = Arguments(in range, decays) };
            _measure.Run(ref arguments);
            if (decays) (sums[0], sums[1]) = (arguments.Parameters, arguments.Directions);
        }

        public override void Run(in UpdateRange range, bool decays)
        {
            var arguments = Arguments(in range, decays);
            var (weight, direction) = (Math.Sqrt(range.TensorSums[0]), Math.Sqrt(range.TensorSums[1]));
            if (weight > 0 && direction > 0) arguments.Numbers.LearningRate *= (float)(weight / direction);
            _update.Run(ref arguments);
        }

        private UpdateSweepArguments Arguments(in UpdateRange range, bool decays) =>
            RuleSweeper<LambRule>.Arguments(in range, LambRule.Slots, _numbers, decays ? method.WeightDecay : 0);
    }
}
