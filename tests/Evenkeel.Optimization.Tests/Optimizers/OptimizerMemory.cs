using Evenkeel.Graph.Models;
using Evenkeel.TestKit;

namespace Evenkeel.Optimization.Tests.Optimizers;

/// <summary>The flat blocks of a plan, each ending at a guard page.</summary>
internal sealed unsafe class OptimizerMemory : IDisposable
{
    private const float Rate = 0.05f;

    private readonly GuardedBuffer<float> _parameters, _gradients, _slots;
    private readonly int _count;

    public OptimizerMemory(UpdateMethod method, int count)
    {
        _count = count;
        _parameters = GuardedBuffer.EndingAtGuard(new SeededRandom(1).Floats(count));
        _gradients = new GuardedBuffer<float>(count);
        _slots = GuardedBuffer.EndingAtGuard(new float[count * method.Slots.Length]);
    }

    public Span<float> Parameters => _parameters.Span;

    public Span<float> Slots => _slots.Span;

    /// <summary>Another rate at every commit, as a schedule gives.</summary>
    public static float RateOf(int commit) => Rate * (1 + (commit % 3));

    public void Run(UpdateSweeper sweeper, int commit, float[] gradient, bool decays, params (int Start, int Count)[] ranges)
    {
        gradient.CopyTo(_gradients.Span);
        sweeper.Begin(commit, RateOf(commit));
        var total = stackalloc double[4];
        var part = new double[sweeper.Sums];
        foreach (var (start, count) in ranges.OrderBy(static range => range.Start))
        {
            if (sweeper.Sums == 0) break;
            Array.Clear(part);
            sweeper.Measure(Range(start, count), decays, part);
            for (var i = 0; i < part.Length; i++) total[i] += part[i];
        }

        foreach (var (start, count) in ranges)
        {
            sweeper.Run(Range(start, count) with { TensorSums = total }, decays);
            sweeper.Follow(Range(start, count));
        }
    }

    public void Run(UpdateSweeper sweeper, int commit, float[] gradient, bool decays, float rateFactor, float decayFactor, float rate = 1)
    {
        gradient.CopyTo(_gradients.Span);
        sweeper.Begin(commit, RateOf(commit) * rate);
        sweeper.Run(new UpdateRange(_parameters.Pointer, _gradients.Pointer, _slots.Pointer, _count, 0, _count) { RateFactor = rateFactor, DecayFactor = decayFactor }, decays);
    }

    public void Sweep(UpdateSweeper sweeper, int commit, bool decays, int start, int count)
    {
        sweeper.Begin(commit, RateOf(commit));
        sweeper.Run(new UpdateRange(_parameters.Pointer, _gradients.Pointer, _slots.Pointer, _count, start, count), decays);
    }

    private UpdateRange Range(int start, int count) => new(_parameters.Pointer, _gradients.Pointer, _slots.Pointer, _count, start, count);

    public void Dispose()
    {
        _parameters.Dispose();
        _gradients.Dispose();
        _slots.Dispose();
    }
}
