using Evenkeel.Graph.Models;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Optimization.Tests.Optimizers;

/// <summary>The contract of every optimizer beyond gradient descent and Adam: a row each.</summary>
public sealed class FurtherOptimizerTests
{
    private const int Commits = 20;

    private const float Decay = 0.01f, Kept = 0.8f, KeptSquare = 0.95f;

    /// <summary>Twenty commits, each a handful of roundings of parameter and slots that the next ones read; roots and quotients of small mean squares magnify them.</summary>
    private static readonly Tolerance Trajectory = Tolerances.FloatArithmetic.Times(2 * Commits);

    /// <summary>One step of the book on parameters and three slots; t counts from 1.</summary>
    private delegate void BookStep(double[] w, double[] gradient, double[][] slots, int t, double rate, double decay);

    private static readonly Dictionary<string, (UpdateMethod Method, BookStep Step)> Cases = new()
    {
        ["adagrad"] = (new AdaGrad { Epsilon = 1e-3f, WeightDecay = Decay }, static (w, g, s, _, rate, decay) => Book.AdaGrad.Step(w, g, s[0], rate, 1e-3f, decay)),
        ["rmsprop"] = (new RmsProp { Retention = KeptSquare, Epsilon = 1e-3f, WeightDecay = Decay }, static (w, g, s, _, rate, decay) => Book.RmsProp.Step(w, g, s[0], new double[w.Length], s[2], rate, 0.95, 0, false, 1e-3f, decay)),
        ["rmsprop with momentum"] = (new RmsProp { Retention = KeptSquare, Momentum = Kept, Epsilon = 1e-3f, WeightDecay = Decay }, static (w, g, s, _, rate, decay) => Book.RmsProp.Step(w, g, s[0], s[1], s[2], rate, 0.95, 0.8, false, 1e-3f, decay)),
        ["rmsprop centred"] = (new RmsProp { Retention = KeptSquare, Momentum = Kept, Centered = true, Epsilon = 1e-2f, WeightDecay = Decay }, static (w, g, s, _, rate, decay) => Book.RmsProp.Step(w, g, s[0], s[1], s[2], rate, 0.95, 0.8, true, 1e-2f, decay)),
        ["adadelta"] = (new AdaDelta { Retention = Kept, Epsilon = 1e-2f, WeightDecay = Decay }, static (w, g, s, _, rate, decay) => Book.AdaDelta.Step(w, g, s[0], s[1], rate, 0.8, 1e-2f, decay)),
        ["adamax"] = (new AdaMax { Beta1 = Kept, Beta2 = KeptSquare, Epsilon = 1e-3f, WeightDecay = Decay }, static (w, g, s, t, rate, decay) => Book.AdaMax.Step(w, g, s[0], s[1], t, rate, 0.8, 0.95, 1e-3f, decay)),
        ["amsgrad"] = (new AmsGrad { Beta1 = Kept, Beta2 = 0.5f, Epsilon = 1e-3f, WeightDecay = Decay }, static (w, g, s, t, rate, decay) => Book.AmsGrad.Step(w, g, s[0], s[1], s[2], t, rate, 0.8, 0.5, 1e-3f, decay)),
        ["nadam"] = (new NAdam { Beta1 = Kept, Beta2 = KeptSquare, Epsilon = 1e-3f, MomentumDecay = 0.1f, WeightDecay = Decay }, static (w, g, s, t, rate, decay) => Book.NAdam.Step(w, g, s[0], s[1], t, rate, 0.8, 0.95, 1e-3f, 0.1, decay)),
        ["lion"] = (new Lion { Beta1 = Kept, Beta2 = KeptSquare, WeightDecay = Decay }, static (w, g, s, _, rate, decay) => Book.Lion.Step(w, g, s[0], rate, 0.8, 0.95, decay)),
        ["lars"] = (new Lars { Momentum = Kept, Trust = 0.5f, WeightDecay = Decay }, static (w, g, s, _, rate, decay) => Book.LayerwiseRates.Lars(w, g, s[0], rate, 0.8, 0.5, decay, scaled: decay > 0)),
        ["lamb"] = (new Lamb { Beta1 = Kept, Beta2 = KeptSquare, Epsilon = 1e-3f, WeightDecay = Decay }, static (w, g, s, t, rate, decay) => Book.LayerwiseRates.Lamb(w, g, s[0], s[1], t, rate, 0.8, 0.95, 1e-3f, decay, scaled: decay > 0)),
    };

    public static TheoryData<string, int> Matrix
    {
        get
        {
            var rows = new TheoryData<string, int>();
            foreach (var name in Cases.Keys)
            {
                foreach (var width in WidthMatrix.Supported) rows.Add(name, width);
            }

            return rows;
        }
    }

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Trajectories_follow_the_book_at_every_width_and_length(string name, int width)
    {
        foreach (var count in new[] { 1, 3, 15, 16, 17, 33, 100 })
        {
            foreach (var decays in new[] { true, false }) Compare(name, width, count, decays);
        }
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Ranges_in_any_order_give_the_bits_of_one_range(string name, int width)
    {
        const int Count = 160;
        var method = Cases[name].Method;
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

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Gaps_of_zeros_stay_zeros(string name, int width)
    {
        using var memory = new OptimizerMemory(Cases[name].Method, 16);
        memory.Parameters.Clear();
        var sweeper = Cases[name].Method.CreateSweeper(width);
        for (var commit = 0; commit < 3; commit++) memory.Run(sweeper, commit, new float[16], decays: true, (0, 16));
        Assert.All(memory.Parameters.ToArray(), static value => Assert.Equal(0, value));
        Assert.All(memory.Slots.ToArray(), static value => Assert.Equal(0, value));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sweeper_made_anew_goes_on_from_the_slots_with_the_same_bits(string name)
    {
        var method = Cases[name].Method;
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

    [Theory]
    [MemberData(nameof(Names))]
    public void The_optimizer_says_what_it_is_and_what_it_keeps(string name)
    {
        var method = Cases[name].Method;
        Assert.StartsWith($"{method.Name}(", method.ToString());
        Assert.Contains("weight decay 0.01", method.ToString());
        Assert.Equal(method.Slots.Length, method.Slots.Distinct().Count());
        Assert.Contains(method.Name, OptimizerTable.Names);
        Assert.True(OptimizerTable.UsualLearningRate(method.Name) > 0);
    }

    [Fact]
    public void AdaGrads_steps_shrink_with_the_root_of_the_commits_under_a_constant_gradient()
    {
        using var memory = new OptimizerMemory(new AdaGrad(), 1);
        var sweeper = new AdaGrad().CreateSweeper(32);
        for (var commit = 0; commit < 9; commit++)
        {
            var before = memory.Parameters[0];
            memory.Run(sweeper, commit, [0.3f], false, (0, 1));
            Assert.Equal(OptimizerMemory.RateOf(commit) / Math.Sqrt(commit + 1), before - memory.Parameters[0], 1e-6);
        }
    }

    [Fact]
    public void Lions_steps_have_the_length_of_the_rate()
    {
        using var memory = new OptimizerMemory(new Lion(), 3);
        var before = memory.Parameters.ToArray();
        memory.Run(new Lion().CreateSweeper(32), 0, [1e-6f, -1e6f, 0], true, (0, 3));
        Assert.Equal([before[0] - 0.05f, before[1] + 0.05f, before[2]], memory.Parameters.ToArray());
    }

    [Fact]
    public void LambS_step_has_the_length_of_the_weights_times_the_rate()
    {
        using var memory = new OptimizerMemory(new Lamb(), 40);
        var before = Expect.Widen(memory.Parameters);
        memory.Run(new Lamb().CreateSweeper(WidthMatrix.Supported[0]), 0, new SeededRandom(3).Floats(40), true, (0, 40));
        var moved = before.Select((value, i) => value - memory.Parameters[i]).ToArray();
        Assert.Equal(0.05 * Math.Sqrt(before.Sum(static v => v * v)), Math.Sqrt(moved.Sum(static v => v * v)), 1e-5);
    }

    [Fact]
    public void Coefficients_are_those_of_the_decimal_number_that_was_written()
    {
        var numbers = Coefficients.Of(0.9f, 0.999f);
        Assert.Equal((0.1f, 0.001f), (numbers.FirstComplement, numbers.SecondComplement));
        Coefficients.BiasCorrections(0.9f, 0.999f)(0, ref numbers);
        Assert.Equal((10f, 1000f), (numbers.FirstCorrection, numbers.SecondCorrection));
        Coefficients.BiasCorrections(0.9f, 0.999f)(999, ref numbers);
        Assert.Equal((float)(1 / (1 - Math.Pow(0.999, 1000))), numbers.SecondCorrection);
    }

    [Fact]
    public void Sharpness_aware_minimisation_and_lookahead_pass_on_what_is_inside()
    {
        var sam = new Sam { Inner = new Lamb(), Radius = 0.1f };
        Assert.Equal(0.1f, sam.Ascent);
        Assert.Equal<string>(["mean", "mean_square"], sam.Slots);
        Assert.Equal(2, sam.CreateSweeper(32).Sums);
        Assert.Equal("sam(radius 0.1, sgd(momentum 0.9, weight decay 0))", new Sam { Radius = 0.1f }.ToString());
        var lookahead = new Lookahead { Inner = sam };
        Assert.Equal((0.1f, 2), (lookahead.Ascent, lookahead.CreateSweeper(32).Sums));
        Assert.Equal(0, new Sgd().Ascent);
    }

    [Fact]
    public void Options_out_of_their_ranges_are_refused()
    {
        Refused(() => new RmsProp { Retention = 1 }, "[RmsProp] got retention 1");
        Refused(() => new RmsProp { Momentum = -1 }, "[RmsProp] got momentum");
        Refused(() => new AdaDelta { Epsilon = 0 }, "[AdaDelta] got epsilon 0");
        Refused(() => new AdaGrad { WeightDecay = -1 }, "[AdaGrad] got weight decay");
        Refused(() => new AdaMax { Beta2 = 1 }, "[AdaMax] got beta2");
        Refused(() => new AmsGrad { Beta1 = float.NaN }, "[AmsGrad] got beta1");
        Refused(() => new NAdam { MomentumDecay = -1 }, "[NAdam] got");
        Refused(() => new Lion { Beta2 = 1 }, "[Lion] got beta2");
        Refused(() => new Lars { Trust = 0 }, "[Lars] got trust 0, but expected a finite number above 0.");
        Refused(() => new Lamb { Epsilon = -1 }, "[Lamb] got epsilon");
        Refused(() => new Sam { Radius = 0 }, "[Sam] got radius 0");
    }

    private static void Refused(Func<UpdateMethod> create, string message)
    {
        var error = Assert.Throws<OptimizationException>(create);
        Assert.Equal("EK0801", error.Code);
        Assert.Contains(message, error.Message);
    }

    private static void Compare(string name, int width, int count, bool decays)
    {
        var (method, step) = Cases[name];
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
        Expect.CloseScaled(parameters, memory.Parameters, Trajectory, [Expect.LargestMagnitude([.. parameters, .. start])], $"{name} at {width} bits, {count} parameters");
        for (var slot = 0; slot < method.Slots.Length; slot++) Expect.Close(slots[slot], memory.Slots.Slice(slot * count, count), Trajectory, $"slot {slot} of {name}");
        Assert.True(parameters.Zip(start, static (end, first) => Math.Abs(end - first)).Average() > 5e-3, "parameters that hardly moved prove nothing");
    }
}
