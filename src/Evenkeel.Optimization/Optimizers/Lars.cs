using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Reduction;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Optimization.Rules;

namespace Evenkeel.Optimization.Optimizers;

/// <summary>LARS: momentum whose rate is scaled layer by layer, <c>trust |w| / (|g| + decay |w|)</c>, so that every layer turns by a like angle in batches of thousands.</summary>
/// <remarks>You, Gitman and Ginsburg, arXiv 1708.03888, Algorithm 1: <c>v = mu v + rate local (g + decay w)</c>, <c>w -= v</c>. Tensors that do not decay (gamma, beta, biases) take the plain rate, and so does a tensor of zeros.</remarks>
public sealed class Lars : UpdateMethod
{
    /// <summary>What is kept of the velocity, in [0, 1). Default 0.9.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public float Momentum
    {
        get;
        init => field = OptionRanges.Retention(nameof(Lars), "momentum", value);
    } = 0.9f;

    /// <summary>How far a layer may move, as a share of its weights, above 0. Default 0.001.</summary>
    /// <exception cref="OptimizationException">EK0801: not above 0.</exception>
    public float Trust
    {
        get;
        init => field = OptionRanges.Above(nameof(Lars), "trust", value);
    } = 0.001f;

    /// <summary>The factor of an L2 penalty on the weights that decay, from 0 on. Default 1e-4.</summary>
    /// <exception cref="OptimizationException">EK0801: negative or not finite.</exception>
    public float WeightDecay
    {
        get;
        init => field = OptionRanges.WeightDecay(nameof(Lars), value);
    } = 1e-4f;

    /// <inheritdoc/>
    public override string Name => "lars";

    /// <inheritdoc/>
    public override ImmutableArray<string> Slots => ["momentum"];

    /// <inheritdoc/>
    public override UpdateSweeper CreateSweeper(int width) => new Sweeper(this, width);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"lars(momentum {Momentum}, trust {Trust}, weight decay {WeightDecay})");

    private sealed unsafe class Sweeper(Lars method, int width) : UpdateSweeper
    {
        private readonly KernelEntry<UpdateSweepArguments> _update = KernelEntry<UpdateSweepArguments>.Of<UpdateSweep<LarsRule>>(width);
        private readonly KernelEntry<GradientProbeArguments> _squares = KernelEntry<GradientProbeArguments>.Of<GradientProbe>(width);
        private UpdateNumbers _numbers = Coefficients.Of(method.Momentum);

        public override int Sums => 2;

        public override void Begin(long commit, float learningRate) => _numbers.LearningRate = learningRate;

        public override void Measure(in UpdateRange range, bool decays, Span<double> sums)
        {
            if (!decays) return;
            sums[0] = Squares(range.Parameters, range.Count);
            sums[1] = Squares(range.Gradients, range.Count);
        }

        public override void Run(in UpdateRange range, bool decays)
        {
            var arguments = RuleSweeper<LarsRule>.Arguments(in range, LarsRule.Slots, _numbers, decays ? method.WeightDecay : 0);
            var (weight, gradient) = (Math.Sqrt(range.TensorSums[0]), Math.Sqrt(range.TensorSums[1]));
            if (weight > 0 && gradient > 0) arguments.Numbers.LearningRate *= (float)(method.Trust * weight / (gradient + (arguments.Numbers.WeightDecay * weight)));
            _update.Run(ref arguments);
        }

        private double Squares(float* values, int count)
        {
            var arguments = new GradientProbeArguments { Values = values, Count = count };
            _squares.Run(ref arguments);
            return arguments.SumOfSquares;
        }
    }
}
