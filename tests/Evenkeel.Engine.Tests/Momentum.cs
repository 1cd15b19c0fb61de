using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Optimization.Rules;

namespace Evenkeel.Engine.Tests;

/// <summary>Momentum 0.9 without decay: the update method of the engine's tests, independent of the optimizers' options.</summary>
internal sealed class Momentum : UpdateMethod
{
    public override string Name => "momentum";

    public override ImmutableArray<string> Slots => ["momentum"];

    public override UpdateSweeper CreateSweeper(int width) => new Sweeper(width);

    private sealed unsafe class Sweeper(int width) : UpdateSweeper
    {
        private readonly KernelEntry<UpdateSweepArguments> _kernel = KernelEntry<UpdateSweepArguments>.Of<UpdateSweep<MomentumRule>>(width);
        private float _rate;

        public override void Begin(long commit, float learningRate) => _rate = learningRate;

        public override void Run(in UpdateRange range, bool decays)
        {
            var arguments = new UpdateSweepArguments
            {
                Parameters = range.Parameters,
                Gradients = range.Gradients,
                FirstSlot = range.Slot(0),
                Count = range.Count,
                Numbers = new UpdateNumbers { LearningRate = _rate, FirstRetention = 0.9f },
            };
            _kernel.Run(ref arguments);
        }
    }
}
