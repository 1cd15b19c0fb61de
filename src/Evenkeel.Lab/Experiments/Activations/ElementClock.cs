using System.Diagnostics;
using Evenkeel.Engine;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers;

namespace Evenkeel.Lab.Experiments.Activations;

/// <summary>Times nonlinearities alone, on numbers that fit into the second cache: in turns, the median counts.</summary>
internal static class ElementClock
{
    private const int Features = 256;
    private const int Count = 128;
    private const int RunsPerRound = 20;

    /// <summary>Nanoseconds per number of every nonlinearity.</summary>
    public static double[] Nanoseconds(IReadOnlyList<string> names, int rounds, int width = 0)
    {
        var models = names.Select(static name => new Sequential(("activation", new Activation(name))).Build(Shape.Batch(Features))).ToArray();
        var plans = models.Select(model => ObservationPlan.Compile(model, [model.Output], training: false, new PlanOptions { Capacity = Count, Threads = 1, Width = width })).ToArray();
        var times = plans.Select(static _ => new List<double>()).ToArray();
        foreach (var plan in plans) plan.Slot.Fill(LayerProbe.Normal(Features * Count, "features"));
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < plans.Length; i++)
            {
                var begin = Stopwatch.GetTimestamp();
                for (var run = 0; run < RunsPerRound; run++) plans[i].Run(plans[i].Slot);
                times[i].Add(Stopwatch.GetElapsedTime(begin).TotalNanoseconds / (RunsPerRound * (double)Features * Count));
            }
        }

        foreach (var plan in plans) plan.Dispose();
        return [.. times.Select(Percentiles.Median)];
    }
}
