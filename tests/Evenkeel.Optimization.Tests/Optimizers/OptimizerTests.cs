using Evenkeel.Graph.Models;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Optimization.Tests.Optimizers;

public sealed class OptimizerTests
{
    private const int Commits = 20;

    private const float Decay = 0.01f, Kept = 0.8f, KeptSquare = 0.95f;

    /// <summary>Twenty commits, each a handful of roundings of parameter and slots that the next ones read.</summary>
    private static readonly Tolerance Trajectory = Tolerances.FloatArithmetic.Times(Commits);

    /// <summary>One step of the book on parameters and two slots; t counts from 1.</summary>
    private delegate void BookStep(double[] parameters, double[] gradient, double[] first, double[] second, int t, double rate, double decay);

    private static readonly Dictionary<string, (UpdateMethod Method, BookStep Step)> Cases = new()
    {
        ["sgd"] = (new Sgd { WeightDecay = Decay }, static (w, g, v, _, _, rate, decay) => Book.Sgd.Step(w, g, v, rate, weightDecay: decay)),
        ["momentum"] = (new Sgd { Momentum = Kept, WeightDecay = Decay }, static (w, g, v, _, _, rate, decay) => Book.Sgd.Step(w, g, v, rate, Kept, false, decay)),
        ["nesterov"] = (new Sgd { Momentum = Kept, Nesterov = true, WeightDecay = Decay }, static (w, g, v, _, _, rate, decay) => Book.Sgd.Step(w, g, v, rate, Kept, true, decay)),
        ["adam"] = (new Adam { Beta1 = Kept, Beta2 = KeptSquare, Epsilon = 1e-3f, WeightDecay = Decay }, static (w, g, m, v, t, rate, decay) => Book.Adam.Step(w, g, m, v, t, rate, Kept, KeptSquare, 1e-3f, decay)),
        ["lookahead"] = (new Lookahead { Inner = new Sgd { Momentum = Kept, WeightDecay = Decay }, Period = 3, Retention = 0.4f }, static (w, g, v, s, t, rate, decay) =>
        {
            if (t == 1) w.CopyTo(s, 0);
            Book.Sgd.Step(w, g, v, rate, Kept, false, decay);
            if (t % 3 == 0) Book.Averaging.Follow(w, s, 0.4f, back: true);
        }
        ),
        ["adamw"] = (new AdamW { Beta1 = Kept, Beta2 = KeptSquare, Epsilon = 1e-3f, WeightDecay = Decay }, static (w, g, m, v, t, rate, decay) => Book.Adam.DecoupledStep(w, g, m, v, t, rate, Kept, KeptSquare, 1e-3f, decay)),
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
            whole.Run(first, commit, gradient, decays: true, (0, Count));
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
    [InlineData("momentum")]
    [InlineData("adam")]
    [InlineData("lookahead")]
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
            Refused(() => new Sgd { Momentum = bad }, "[Sgd] got momentum");
            Refused(() => new Adam { Beta1 = bad }, "[Adam] got beta1");
            Refused(() => new AdamW { Beta2 = bad }, "[AdamW] got beta2");
        }

        foreach (var bad in new[] { -0.1f, float.PositiveInfinity, float.NaN })
        {
            Refused(() => new Sgd { WeightDecay = bad }, "[Sgd] got weight decay");
            Refused(() => new Adam { WeightDecay = bad }, "[Adam] got weight decay");
            Refused(() => new AdamW { Epsilon = bad }, "[AdamW] got epsilon");
        }

        Refused(() => new Lookahead { Period = 0 }, "[Lookahead] got period 0, but expected at least 1.");
        Refused(() => new Lookahead { Retention = 1 }, "[Lookahead] got retention 1");
        Refused(() => new Lookahead { Ramp = -1 }, "[Lookahead] got ramp -1");
        Refused(() => new Adam { Epsilon = 0 }, "[Adam] got epsilon 0, but expected a finite number above 0.");
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

    /// <summary>The method of that name with a quarter of the decay.</summary>
    private static UpdateMethod Scaled(string name) => Cases[name].Method switch
    {
        Sgd sgd => new Sgd { Momentum = sgd.Momentum, Nesterov = sgd.Nesterov, WeightDecay = Decay / 4 },
        Adam adam => new Adam { Beta1 = adam.Beta1, Beta2 = adam.Beta2, Epsilon = adam.Epsilon, WeightDecay = Decay / 4 },
        AdamW adam => new AdamW { Beta1 = adam.Beta1, Beta2 = adam.Beta2, Epsilon = adam.Epsilon, WeightDecay = Decay / 4 },
        Lookahead lookahead => new Lookahead { Inner = Scaled("momentum"), Period = lookahead.Period, Retention = lookahead.Retention },
        var method => throw new InvalidOperationException(method.Name),
    };

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
        var (parameters, first, second) = (Expect.Widen(memory.Parameters), new double[count], new double[count]);
        var start = parameters.ToArray();
        var sweeper = method.CreateSweeper(width);
        for (var commit = 0; commit < Commits; commit++)
        {
            var gradient = new SeededRandom((ulong)commit + 10).Floats(count);
            memory.Run(sweeper, commit, gradient, decays, (0, count));
            step(parameters, Expect.Widen(gradient), first, second, commit + 1, OptimizerMemory.RateOf(commit), decays ? Decay : 0);
        }

        Expect.Close(parameters, memory.Parameters, Trajectory, $"{name} at {width} bits, {count} parameters");
        if (method.Slots.Length > 0) Expect.Close(first, memory.Slots[..count], Trajectory, "slot 0");
        if (method.Slots.Length > 1) Expect.Close(second, memory.Slots.Slice(count, count), Trajectory, "slot 1");
        Assert.All(parameters.Zip(start), static pair => Assert.True(Math.Abs(pair.First - pair.Second) > 1e-3, "a parameter that hardly moved proves nothing"));
    }
}
