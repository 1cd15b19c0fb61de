using Evenkeel.Graph;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Optimization.Clipping;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Engine.Tests;

public sealed class RegularizationTests
{
    private const int Features = 12;
    private const int Classes = 3;
    private const float Rate = 0.125f;
    private const float L1 = 0.05f;

    [Theory]
    [InlineData("sgd", false)]
    [InlineData("sgd", true)]
    [InlineData("lars", false)]
    [InlineData("sam", false)]
    public void The_l1_penalty_joins_the_gradients_of_weights_alone_behind_clipping(string optimizer, bool clips)
    {
        var (start, plain, penalised) = (Build(), Step(Method(optimizer, 0), 1, clips), Step(Method(optimizer, L1), 1, clips));
        foreach (var tensor in start.Parameters)
        {
            float[] before = tensor.ToArray(), one = plain.Parameters[tensor.Name].ToArray(), other = penalised.Parameters[tensor.Name].ToArray();
            if (!tensor.Name.EndsWith(".weight", StringComparison.Ordinal))
            {
                Assert.Equal(one, other);
                continue;
            }

            var slope = Book.Regularization.L1Gradient(Expect.Widen(before), L1);
            if (optimizer == "lars")
            {
                // The rate of a tensor is its length by that of its whole gradient, so a step has the length of the weights times the rate; LARS adds a little to the divisor.
                double Share(float[] after) => Math.Sqrt(after.Zip(before, static (now, w) => Math.Pow((double)w - now, 2)).Sum() / before.Sum(static w => (double)w * w));
                Assert.All([Share(one), Share(other)], static share => Assert.Equal(Rate, share, 3e-3 * Rate));
                Assert.NotEqual(one, other);
                continue;
            }

            for (var i = 0; i < before.Length; i++) Assert.Equal(Rate * slope[i], (double)one[i] - other[i], 1e-6);
        }
    }

    [Fact]
    public void A_group_that_does_not_decay_has_no_l1_penalty_and_one_that_decays_half_has_half()
    {
        ParameterGroup[] groups = [new("last.weight", DecayFactor: 0), new("hidden.weight", DecayFactor: 0.5f)];
        var start = Build();
        var (plain, penalised) = (Step(new Sgd(), 1), Step(new Sgd { Regularization = new Regularization { L1 = L1 }, Groups = [.. groups] }, 1));
        Assert.Equal(plain.Parameters["last.weight"].ToArray(), penalised.Parameters["last.weight"].ToArray());
        var slope = Book.Regularization.L1Gradient(Expect.Widen(start.Parameters["hidden.weight"].ToArray()), L1 / 2);
        foreach (var ((one, other), expected) in plain.Parameters["hidden.weight"].ToArray().Zip(penalised.Parameters["hidden.weight"].ToArray()).Zip(slope)) Assert.Equal(Rate * expected, (double)one - other, 1e-6);
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("adam")]
    [InlineData("lookahead")]
    public void No_unit_is_longer_than_the_maximum_norm_after_any_step(string optimizer)
    {
        const float Most = 0.4f;
        foreach (var threads in new[] { 1, 2 })
        {
            var model = Step(OptimizerTable.Create(optimizer, new OptimizerOptions { Regularization = new Regularization { MaximumNorm = Most } }), 6, threads: threads);
            foreach (var name in new[] { "hidden.weight", "last.weight" })
            {
                var (w, units) = (model.Parameters[name].ToArray(), model.Parameters[name].Shape.Channels);
                double[] lengths = [.. Enumerable.Range(0, units).Select(unit => Math.Sqrt(w.Where((_, i) => i % units == unit).Sum(static value => (double)value * value)))];
                Assert.All(lengths, static length => Assert.InRange(length, 0, Most * (1 + 1e-5)));
                Assert.Contains(lengths, static length => length > Most * (1 - 1e-5));
            }

            Assert.True(model.Parameters["hidden.bn.gamma"].ToArray().Sum(static value => value * value) > 4 * Most * Most);
        }
    }

    [Fact]
    public void One_thread_and_two_give_the_same_bits()
    {
        var method = new Sgd { Momentum = 0.9f, Regularization = new Regularization { L1 = L1, MaximumNorm = 0.5f } };
        var (one, two) = (Step(method, 4, threads: 1), Step(method, 4, threads: 2));
        foreach (var tensor in one.Parameters) Expect.SameBits<float>(tensor.Span, two.Parameters[tensor.Name].Span);
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        foreach (var wrong in new[] { -1, float.NaN, float.PositiveInfinity }) Assert.Equal("EK0105", Assert.Throws<GraphException>(() => new Regularization { L1 = wrong }).Code);
        foreach (var wrong in new[] { 0, -1, float.NaN }) Assert.Contains("[regularization] got maximum norm", Assert.Throws<GraphException>(() => new Regularization { MaximumNorm = wrong }).Message, StringComparison.Ordinal);
        Assert.Equal("l1 0.5, maximum norm 3", new Regularization { L1 = 0.5f, MaximumNorm = 3 }.ToString());
    }

    private static UpdateMethod Method(string name, float l1) => name switch
    {
        "lars" => new Lars { Trust = 1, Momentum = 0, Regularization = new Regularization { L1 = l1 } },
        "sam" => new Sam { Inner = new Sgd { Regularization = new Regularization { L1 = l1 } } },
        _ => new Sgd { Regularization = new Regularization { L1 = l1 } },
    };

    private static Model Step(UpdateMethod method, int steps, bool clips = false, int threads = 2)
    {
        var model = Build();
        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), method, new PlanOptions { Capacity = 16, Threads = threads });
        plan.LearningRate = Rate;
        if (clips) plan.Clipping = new ClipByNorm(0.01f);
        var random = new SeededRandom(4);
        for (var step = 0; step < steps; step++) Assert.True(plan.Step(random.Floats(16 * Features), random.Labels(16, Classes)).Committed);
        return model;
    }

    private static Model Build() => new Sequential(("hidden", new Dense(33)), ("hidden.bn", new BatchNorm()), ("act", new Relu()), ("last", new Dense(Classes))).Build(Shape.Batch(Features), 5);
}
