using Evenkeel.Graph.Models;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.TestKit;
using static Evenkeel.Optimization.Tests.Optimizers.OptimizerContract;
using Book = Evenkeel.Reference;

namespace Evenkeel.Optimization.Tests.Optimizers;

public sealed class OptimizerTests
{
    /// <summary>Twenty commits, each a handful of roundings of parameter and slots that the next ones read.</summary>
    private static readonly Tolerance Trajectory = Tolerances.FloatArithmetic.Times(Commits);

    private static readonly Dictionary<string, (UpdateMethod Method, BookStep Step)> Cases = new()
    {
        ["sgd"] = (new Sgd { WeightDecay = Decay }, static (w, g, s, _, rate, decay) => Book.Sgd.Step(w, g, s[0], rate, weightDecay: decay)),
        ["momentum"] = (new Sgd { Momentum = Kept, WeightDecay = Decay }, static (w, g, s, _, rate, decay) => Book.Sgd.Step(w, g, s[0], rate, Kept, false, decay)),
        ["nesterov"] = (new Sgd { Momentum = Kept, Nesterov = true, WeightDecay = Decay }, static (w, g, s, _, rate, decay) => Book.Sgd.Step(w, g, s[0], rate, Kept, true, decay)),
        ["adam"] = (new Adam { Beta1 = Kept, Beta2 = KeptSquare, Epsilon = 1e-3f, WeightDecay = Decay }, static (w, g, s, t, rate, decay) => Book.Adam.Step(w, g, s[0], s[1], t, rate, Kept, KeptSquare, 1e-3f, decay)),
        ["lookahead"] = (new Lookahead { Inner = new Sgd { Momentum = Kept, WeightDecay = Decay }, Period = 3, Retention = 0.4f }, static (w, g, s, t, rate, decay) =>
        {
            if (t == 1) w.CopyTo(s[1], 0);
            Book.Sgd.Step(w, g, s[0], rate, Kept, false, decay);
            if (t % 3 == 0) Book.Averaging.Follow(w, s[1], 0.4f, back: true);
        }
        ),
        ["adamw"] = (new AdamW { Beta1 = Kept, Beta2 = KeptSquare, Epsilon = 1e-3f, WeightDecay = Decay }, static (w, g, s, t, rate, decay) => Book.Adam.DecoupledStep(w, g, s[0], s[1], t, rate, Kept, KeptSquare, 1e-3f, decay)),
    };

    public static TheoryData<string, int> Matrix => OptimizerContract.Matrix(Cases.Keys);

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
    [InlineData("momentum")]
    [InlineData("adam")]
    [InlineData("lookahead")]
    public void A_sweeper_made_anew_goes_on_from_the_slots_with_the_same_bits(string name) => GoesOnFromItsSlots(Cases[name].Method);

    [Theory]
    [MemberData(nameof(Matrix))]
    public void A_range_with_factors_moves_as_under_the_multiplied_rate_and_decay(string name, int width)
    {
        var method = Cases[name].Method;
        using var plain = new OptimizerMemory(method, 40);
        using var other = new OptimizerMemory(method, 40);
        var (one, two) = (method.CreateSweeper(width), method.CreateSweeper(width));
        for (var commit = 0; commit < 4; commit++)
        {
            var gradient = new SeededRandom((ulong)commit + 90).Floats(40);
            plain.Run(one, commit, gradient, true, (0, 40));
            other.Run(two, commit, gradient, true, 4, 0.25f);
        }

        // Powers of two scale without rounding, so the bits are those of a rate and a decay that were multiplied beforehand.
        using var expected = new OptimizerMemory(method, 40);
        var scaled = Scaled(name).CreateSweeper(width);
        for (var commit = 0; commit < 4; commit++) expected.Run(scaled, commit, new SeededRandom((ulong)commit + 90).Floats(40), true, 1, 1, rate: 4);
        Expect.SameBits<float>(expected.Parameters, other.Parameters);
        Assert.DoesNotContain(Enumerable.Range(0, 40), i => plain.Parameters[i] == other.Parameters[i]);
    }

    [Fact]
    public void The_retention_of_lookahead_climbs_with_the_cube_of_the_progress()
    {
        var method = new Lookahead { Retention = 0.8f, Ramp = 100 };
        Assert.Equal(0.1f, method.RetentionAt(49), 1e-7f);
        Assert.Equal(0.8f, method.RetentionAt(99));
        Assert.Equal(0.8f, method.RetentionAt(1000));
        Assert.Equal(0.5f, new Lookahead().RetentionAt(0));
        Assert.Equal("lookahead(period 5, retention 0.8, ramp 100, sgd(momentum 0.9, nesterov, weight decay 0))", method.ToString());
        Assert.Equal<string>(["mean", "mean_square", "slow"], new Lookahead { Inner = new Adam() }.Slots);
    }

    [Fact]
    public void Updates_allocate_nothing()
    {
        foreach (var (method, _) in Cases.Values)
        {
            using var memory = new OptimizerMemory(method, 64);
            var sweeper = method.CreateSweeper(WidthMatrix.Supported[0]);
            var gradient = new float[64];
            memory.Run(sweeper, 0, gradient, true, (0, 64));
            var before = GC.GetAllocatedBytesForCurrentThread();
            memory.Sweep(sweeper, 1, true, 0, 64);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    [Fact]
    public void Slots_have_names_and_plain_descent_has_none()
    {
        Assert.Empty(new Sgd().Slots);
        Assert.Equal<string>(["momentum"], new Sgd { Momentum = 0.9f }.Slots);
        Assert.Equal<string>(["mean", "mean_square"], new Adam().Slots);
        Assert.Equal<string>(["mean", "mean_square"], new AdamW().Slots);
    }

    [Fact]
    public void Options_out_of_their_ranges_are_refused()
    {
        foreach (var bad in new[] { -0.1f, 1f, float.NaN })
        {
            Refuses(() => new Sgd { Momentum = bad }, "[Sgd] got momentum");
            Refuses(() => new Adam { Beta1 = bad }, "[Adam] got beta1");
            Refuses(() => new AdamW { Beta2 = bad }, "[AdamW] got beta2");
        }

        foreach (var bad in new[] { -0.1f, float.PositiveInfinity, float.NaN })
        {
            Refuses(() => new Sgd { WeightDecay = bad }, "[Sgd] got weight decay");
            Refuses(() => new Adam { WeightDecay = bad }, "[Adam] got weight decay");
            Refuses(() => new AdamW { Epsilon = bad }, "[AdamW] got epsilon");
        }

        Refuses(() => new Lookahead { Period = 0 }, "[Lookahead] got period 0, but expected at least 1.");
        Refuses(() => new Lookahead { Retention = 1 }, "[Lookahead] got retention 1");
        Refuses(() => new Lookahead { Ramp = -1 }, "[Lookahead] got ramp -1");
        Refuses(() => new Adam { Epsilon = 0 }, "[Adam] got epsilon 0, but expected a finite number above 0.");
    }

    [Fact]
    public void The_table_makes_every_optimizer_under_its_own_name()
    {
        Assert.All(OptimizerTable.Names, static name => Assert.Equal(name, OptimizerTable.Create(name).Name));

        Assert.Equal("sgd(momentum 0.9, weight decay 0)", OptimizerTable.Create("sgd").ToString());
        Assert.Equal("sgd(momentum 0.5, nesterov, weight decay 0.25)", OptimizerTable.Create("sgd", new OptimizerOptions { Momentum = 0.5f, Nesterov = true, WeightDecay = 0.25f }).ToString());
        Assert.Equal("adam(beta1 0.5, beta2 0.999, epsilon 1E-08, weight decay 0)", OptimizerTable.Create("adam", new OptimizerOptions { Momentum = 0.5f }).ToString());
        Assert.Equal("adamw(beta1 0.9, beta2 0.999, epsilon 1E-08, weight decay 0.01)", OptimizerTable.Create("adamw").ToString());
        Assert.Equal((0.1f, 1e-3f), (OptimizerTable.UsualLearningRate("sgd"), OptimizerTable.UsualLearningRate("adam")));
    }

    [Fact]
    public void An_unknown_optimizer_is_refused_with_the_name_that_was_meant()
    {
        var error = Assert.Throws<OptimizationException>(() => OptimizerTable.Create("addam"));
        Assert.Equal("EK0802", error.Code);
        Assert.Contains("there is no optimizer 'addam'. Did you mean 'adam'?", error.Message);
        Assert.Equal("EK0804", Assert.Throws<OptimizationException>(() => OptimizerTable.Register("sgd", 1, static _ => new Sgd())).Code);
    }

    [Fact]
    public void Regularisation_reaches_every_optimizer_and_one_that_ignores_it_is_refused()
    {
        var options = new OptimizerOptions { Regularization = new Regularization { L1 = 0.5f, MaximumNorm = 2 } };
        foreach (var name in OptimizerTable.Names.Where(static name => name != Deaf.OwnName)) Assert.Equal(options.Regularization, OptimizerTable.Create(name, options).Regularization);
        OptimizerTable.Register(Deaf.OwnName, 1, static _ => new Deaf());
        Assert.Equal(Deaf.OwnName, OptimizerTable.Create(Deaf.OwnName).Name);
        var error = Assert.Throws<OptimizationException>(() => OptimizerTable.Create(Deaf.OwnName, options));
        Assert.Equal("EK0661", error.Code);
        Assert.Contains("'deaf' was asked for with l1 0.5, maximum norm 2", error.Message, StringComparison.Ordinal);
    }

    private sealed class Deaf : UpdateMethod
    {
        public const string OwnName = "deaf";

        public override string Name => OwnName;

        public override System.Collections.Immutable.ImmutableArray<string> Slots => [];

        public override UpdateSweeper CreateSweeper(int width) => new Sgd().CreateSweeper(width);
    }

    /// <summary>The method of that name with a quarter of the decay.</summary>
    private static UpdateMethod Scaled(string name) => Cases[name].Method switch
    {
        Sgd sgd => new Sgd { Momentum = sgd.Momentum, Nesterov = sgd.Nesterov, WeightDecay = Decay / 4 },
        Adam adam => new Adam { Beta1 = adam.Beta1, Beta2 = adam.Beta2, Epsilon = adam.Epsilon, WeightDecay = Decay / 4 },
        AdamW adam => new AdamW { Beta1 = adam.Beta1, Beta2 = adam.Beta2, Epsilon = adam.Epsilon, WeightDecay = Decay / 4 },
        Lookahead lookahead => new Lookahead { Inner = Scaled("momentum"), Period = lookahead.Period, Retention = lookahead.Retention },
        var method => throw new InvalidOperationException(method.Name),
    };
}
