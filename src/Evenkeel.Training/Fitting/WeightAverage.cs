using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Update;

namespace Evenkeel.Training.Fitting;

/// <summary>An optimizer beside which a running average of the weights is kept, <c>s = d s + (1 - d) w</c> after every commit; it lies in a slot and so in every checkpoint.</summary>
/// <remarks>Polyak and Juditsky 1992, in exponential form. While there are few commits, <c>d = (1 + t) / (10 + t)</c> with t from 0, so that first weights are soon forgotten.</remarks>
internal sealed class WeightAverage(UpdateMethod inner, float decay) : UpdateMethod
{
    private const string Slot = "average";

    public override string Name => inner.Name;

    public override ImmutableArray<string> Slots => [.. inner.Slots, Slot];

    public override ImmutableArray<ParameterGroup> Groups => inner.Groups;

    public override Regularization Regularization => inner.Regularization;

    public override float Ascent => inner.Ascent;

    public override UpdateSweeper CreateSweeper(int width) => new Sweeper(inner, decay, width);

    /// <summary>Overwrites the weights that training moves by their average.</summary>
    public static void Read(Model model, TensorStore<float> slots)
    {
        foreach (var node in model.ParameterNodes)
        {
            if (node.IsTrainable) model.Parameters[node.Name].CopyFrom(slots[$"{Slot}/{node.Name}"].Span);
        }
    }

    private sealed unsafe class Sweeper(UpdateMethod inner, float decay, int width) : UpdateSweeper
    {
        private readonly UpdateSweeper _inner = inner.CreateSweeper(width);
        private readonly KernelEntry<RunningWeightsArguments> _kernel = KernelEntry<RunningWeightsArguments>.Of<RunningWeights>(width);
        private readonly int _slot = inner.Slots.Length;
        private float _retention;

        public override int Sums => _inner.Sums;

        public override void Measure(in UpdateRange range, bool decays, Span<double> sums) => _inner.Measure(in range, decays, sums);

        public override void Begin(long commit, float learningRate)
        {
            _inner.Begin(commit, learningRate);
            // The slot begins as zeros: the first commit's weights are their own average.
            _retention = commit == 0 ? 0 : (float)Math.Min(decay, (1.0 + commit) / (10.0 + commit));
        }

        public override void Run(in UpdateRange range, bool decays) => _inner.Run(in range, decays);

        public override bool Follows => true;

        public override void Follow(in UpdateRange range)
        {
            _inner.Follow(in range);
            var arguments = new RunningWeightsArguments { Parameters = range.Parameters, Average = range.Slot(_slot), Count = range.Count, Retention = _retention };
            _kernel.Run(ref arguments);
        }
    }
}
