using Evenkeel.Graph.Models;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.TestKit;
using static Evenkeel.Optimization.Tests.Optimizers.OptimizerContract;
using Book = Evenkeel.Reference;

namespace Evenkeel.Optimization.Tests.Optimizers;

/// <summary>The contract of every optimizer beyond gradient descent and Adam: a row each.</summary>
public sealed class FurtherOptimizerTests
{
    /// <summary>Twenty commits, each a handful of roundings of parameter and slots that the next ones read; roots and quotients of small mean squares magnify them.</summary>
    private static readonly Tolerance Trajectory = Tolerances.FloatArithmetic.Times(2 * Commits);

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

    public static TheoryData<string, int> Matrix => OptimizerContract.Matrix(Cases.Keys);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Trajectories_follow_the_book_at_every_width_and_length(string name, int width) => FollowsTheBook(name, Cases[name].Method, Cases[name].Step, width, Trajectory);

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Ranges_in_any_order_give_the_bits_of_one_range(string name, int width) => TakesRangesInAnyOrder(Cases[name].Method, width);

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Gaps_of_zeros_stay_zeros(string name, int width) => LeavesZeros(Cases[name].Method, width);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sweeper_made_anew_goes_on_from_the_slots_with_the_same_bits(string name) => GoesOnFromItsSlots(Cases[name].Method);

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
        Refuses(() => new RmsProp { Retention = 1 }, "[RmsProp] got retention 1");
        Refuses(() => new RmsProp { Momentum = -1 }, "[RmsProp] got momentum");
        Refuses(() => new AdaDelta { Epsilon = 0 }, "[AdaDelta] got epsilon 0");
        Refuses(() => new AdaGrad { WeightDecay = -1 }, "[AdaGrad] got weight decay");
        Refuses(() => new AdaMax { Beta2 = 1 }, "[AdaMax] got beta2");
        Refuses(() => new AmsGrad { Beta1 = float.NaN }, "[AmsGrad] got beta1");
        Refuses(() => new NAdam { MomentumDecay = -1 }, "[NAdam] got");
        Refuses(() => new Lion { Beta2 = 1 }, "[Lion] got beta2");
        Refuses(() => new Lars { Trust = 0 }, "[Lars] got trust 0, but expected a finite number above 0.");
        Refuses(() => new Lamb { Epsilon = -1 }, "[Lamb] got epsilon");
        Refuses(() => new Sam { Radius = 0 }, "[Sam] got radius 0");
    }
}
