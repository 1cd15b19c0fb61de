using System.Collections.Immutable;
using Evenkeel.Graph.Models;

namespace Evenkeel.Training.Tests.Support;

/// <summary>An optimizer of one's own, in plain loops: <c>v = 0.9 v + g; w -= rate v</c>.</summary>
public sealed class Momentum : UpdateMethod
{
    public override string Name => "test_momentum";

    public override ImmutableArray<string> Slots => ["velocity"];

    public override UpdateSweeper CreateSweeper(int width) => new Sweeper();

    private sealed class Sweeper : UpdateSweeper
    {
        private float _rate;

        public override void Begin(long commit, float learningRate) => _rate = learningRate;

        public override unsafe void Run(in UpdateRange range, bool decays)
        {
            var velocity = range.Slot(0);
            for (var i = 0; i < range.Count; i++)
            {
                velocity[i] = (0.9f * velocity[i]) + range.Gradients[i];
                range.Parameters[i] -= _rate * velocity[i];
            }
        }
    }
}
