using System.Diagnostics;
using Evenkeel.Engine;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers.Losses;
using Evenkeel.Optimization.Optimizers;

namespace Evenkeel.Lab.Workloads;

/// <summary>Times training steps of networks against each other on one thread: in turns, so that what else the machine does meets all alike; the median counts.</summary>
internal static class StepClock
{
    private const int Classes = 10;

    private static readonly Shape Digits = Shape.Batch(784);

    /// <summary>Seconds per step of every network, on samples of a shape; null for flat digits.</summary>
    public static double[] Seconds(IReadOnlyList<Network> networks, int batchSize, int rounds, Shape? shape = null)
    {
        var input = shape ?? Digits;
        var plans = networks.Select(network => TrainingPlan.Compile(network.Create(Classes).Build(input, 1), new SoftmaxCrossEntropy(), new Sgd { Momentum = 0 }, new PlanOptions { Capacity = batchSize, Threads = 1 })).ToArray();
        var (features, labels) = (LayerProbe.Normal((int)input.Elements(batchSize), "features"), Enumerable.Range(0, batchSize).Select(static i => i % Classes).ToArray());
        var times = plans.Select(_ => new List<double>()).ToArray();
        var slots = plans.Select(static plan => plan.CreateSlot()).ToArray();
        foreach (var slot in slots) slot.Fill(features, labels);
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < plans.Length; i++)
            {
                plans[i].LearningRate = 1e-3f;
                var begin = Stopwatch.GetTimestamp();
                plans[i].Step(slots[i]);
                times[i].Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
            }
        }

        foreach (var plan in plans) plan.Dispose();
        return [.. times.Select(Percentiles.Median)];
    }
}
