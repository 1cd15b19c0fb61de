using Evenkeel.Graph.Models;
using Evenkeel.TestKit;

namespace Evenkeel.Optimization.Tests.Optimizers;

/// <summary>One step of the book on parameters and slots; t counts from 1.</summary>
internal delegate void BookStep(double[] w, double[] gradient, double[][] slots, int t, double rate, double decay);

/// <summary>What every optimizer keeps: that of the book, whatever the pieces, from slots alone, with zeros where nothing is.</summary>
internal static class OptimizerContract
{
    public const int Commits = 20;

    public const float Decay = 0.01f, Kept = 0.8f, KeptSquare = 0.95f;

    /// <summary>Every case at every width.</summary>
    public static TheoryData<string, int> Matrix(IEnumerable<string> names)
    {
        var rows = new TheoryData<string, int>();
        foreach (var name in names)
        {
            foreach (var width in WidthMatrix.Supported) rows.Add(name, width);
        }

        return rows;
    }

    /// <summary>Trajectories of all lengths, with and without decay.</summary>
    public static void FollowsTheBook(string name, UpdateMethod method, BookStep step, int width, Tolerance tolerance)
    {
        foreach (var count in new[] { 1, 3, 15, 16, 17, 33, 100 })
        {
            foreach (var decays in new[] { true, false }) Compare(name, method, step, width, count, decays, tolerance);
        }
    }

    /// <summary>Ranges in any order give the bits of one range.</summary>
    public static void TakesRangesInAnyOrder(UpdateMethod method, int width)
    {
        const int Count = 160;
        using var whole = new OptimizerMemory(method, Count);
        using var parts = new OptimizerMemory(method, Count);
        var (first, second) = (method.CreateSweeper(width), method.CreateSweeper(width));
        for (var commit = 0; commit < 5; commit++)
        {
            var gradient = new SeededRandom((ulong)commit + 50).Floats(Count);

            // Sums over a tensor are added piece by piece, so the pieces must be the same; only their order is free.
            if (first.Sums > 0) whole.Run(first, commit, gradient, decays: true, (0, 16), (16, 80), (96, 64));
            else whole.Run(first, commit, gradient, decays: true, (0, Count));
            parts.Run(second, commit, gradient, decays: true, (96, 64), (0, 16), (16, 80));
        }

        Expect.SameBits<float>(whole.Parameters, parts.Parameters);
        Expect.SameBits<float>(whole.Slots, parts.Slots);
    }

    /// <summary>Gaps of zeros stay zeros.</summary>
    public static void LeavesZeros(UpdateMethod method, int width)
    {
        using var memory = new OptimizerMemory(method, 16);
        memory.Parameters.Clear();
        var sweeper = method.CreateSweeper(width);
        for (var commit = 0; commit < 3; commit++) memory.Run(sweeper, commit, new float[16], decays: true, (0, 16));
        Assert.All(memory.Parameters.ToArray(), static value => Assert.Equal(0, value));
        Assert.All(memory.Slots.ToArray(), static value => Assert.Equal(0, value));
    }

    /// <summary>A sweeper made anew goes on from the slots with the same bits.</summary>
    public static void GoesOnFromItsSlots(UpdateMethod method)
    {
        using var through = new OptimizerMemory(method, 40);
        using var resumed = new OptimizerMemory(method, 40);
        var sweeper = method.CreateSweeper(WidthMatrix.Supported[0]);
        for (var commit = 0; commit < 6; commit++)
        {
            var gradient = new SeededRandom((ulong)commit + 80).Floats(40);
            through.Run(sweeper, commit, gradient, true, (0, 40));
            resumed.Run(method.CreateSweeper(WidthMatrix.Supported[0]), commit, gradient, true, (0, 40));
        }

        Expect.SameBits<float>(through.Parameters, resumed.Parameters);
    }

    /// <summary>An option out of its range is refused.</summary>
    public static void Refuses(Func<UpdateMethod> create, string message)
    {
        var error = Assert.Throws<OptimizationException>(create);
        Assert.Equal("EK0801", error.Code);
        Assert.Contains(message, error.Message);
    }

    private static void Compare(string name, UpdateMethod method, BookStep step, int width, int count, bool decays, Tolerance tolerance)
    {
        using var memory = new OptimizerMemory(method, count);
        var (parameters, slots) = (Expect.Widen(memory.Parameters), new[] { new double[count], new double[count], new double[count] });
        var start = parameters.ToArray();
        var sweeper = method.CreateSweeper(width);
        for (var commit = 0; commit < Commits; commit++)
        {
            var gradient = new SeededRandom((ulong)commit + 10).Floats(count);
            memory.Run(sweeper, commit, gradient, decays, (0, count));
            step(parameters, Expect.Widen(gradient), slots, commit + 1, OptimizerMemory.RateOf(commit), decays ? Decay : 0);
        }

        // A parameter that ends near 0 has come from where it started.
        Expect.CloseScaled(parameters, memory.Parameters, tolerance, [Expect.LargestMagnitude([.. parameters, .. start])], $"{name} at {width} bits, {count} parameters");
        for (var slot = 0; slot < method.Slots.Length; slot++) Expect.Close(slots[slot], memory.Slots.Slice(slot * count, count), tolerance, $"slot {slot} of {name}");
        Assert.True(parameters.Zip(start, static (end, first) => Math.Abs(end - first)).Average() > 5e-3, "parameters that hardly moved prove nothing");
    }
}
