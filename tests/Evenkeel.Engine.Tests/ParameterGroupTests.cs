using Evenkeel.Graph;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.TestKit;

namespace Evenkeel.Engine.Tests;

public sealed class ParameterGroupTests
{
    private const int Features = 12;
    private const int Classes = 3;
    private const float Rate = 0.125f;
    private const float Decay = 0.25f;

    [Fact]
    public void Gamma_beta_and_biases_do_not_decay_and_weights_do()
    {
        var (without, with) = (Step(new Sgd()), Step(new Sgd { WeightDecay = Decay }));
        Assert.Equal(["hidden.bn.beta", "hidden.bn.gamma", "hidden.weight", "last.bias", "last.weight"], without.Parameters.Select(static tensor => tensor.Name).Order(StringComparer.Ordinal));
        foreach (var tensor in without.Parameters)
        {
            var (plain, decayed) = (tensor.ToArray(), with.Parameters[tensor.Name].ToArray());
            if (tensor.Name.EndsWith(".weight", StringComparison.Ordinal)) Assert.NotEqual(plain, decayed);
            else Assert.Equal(plain, decayed);
        }
    }

    [Fact]
    public void A_group_multiplies_the_rate_of_its_parameters_alone()
    {
        var start = Build();
        var (plain, grouped) = (Step(new Sgd()), Step(new Sgd { Groups = [new ParameterGroup("*.beta", RateFactor: 64), new ParameterGroup("last.*", RateFactor: 0)] }));
        foreach (var tensor in start.Parameters)
        {
            var factor = tensor.Name switch { "hidden.bn.beta" => 64, "last.weight" or "last.bias" => 0, _ => 1 };
            float[] before = tensor.ToArray(), one = plain.Parameters[tensor.Name].ToArray(), other = grouped.Parameters[tensor.Name].ToArray();
            for (var i = 0; i < before.Length; i++) Assert.Equal(factor * (one[i] - (double)before[i]), other[i] - (double)before[i], 2e-6 * Math.Max(1, factor));
            if (factor == 0) Assert.Equal(before, other);
        }

        Assert.Contains(plain.Parameters["hidden.bn.beta"].ToArray(), static value => Math.Abs(value) > 1e-4);
    }

    [Fact]
    public void A_group_can_let_biases_decay_and_keep_weights_from_it()
    {
        var method = new Sgd { WeightDecay = Decay, Groups = [new ParameterGroup("*.gamma", DecayFactor: 0.5f), new ParameterGroup("last.weight", DecayFactor: 0)] };
        var (plain, grouped) = (Step(new Sgd()), Step(method));
        Assert.Equal(plain.Parameters["last.weight"].ToArray(), grouped.Parameters["last.weight"].ToArray());
        Assert.NotEqual(plain.Parameters["hidden.weight"].ToArray(), grouped.Parameters["hidden.weight"].ToArray());

        // Gamma begins as 1: the decay takes rate times half of the decay from it.
        foreach (var (one, other) in plain.Parameters["hidden.bn.gamma"].ToArray().Zip(grouped.Parameters["hidden.bn.gamma"].ToArray())) Assert.Equal(Rate * Decay / 2, one - other, 1e-6f);
    }

    [Fact]
    public void Factors_that_are_negative_or_not_finite_are_refused()
    {
        foreach (var wrong in new[] { -1, float.NaN, float.PositiveInfinity })
        {
            Assert.Equal("EK0105", Assert.Throws<GraphException>(() => new Sgd { Groups = [new ParameterGroup("*", RateFactor: wrong)] }).Code);
            Assert.Contains("[parameter group '*']", Assert.Throws<GraphException>(() => new Sgd { Groups = [new ParameterGroup("*", DecayFactor: wrong)] }).Message, StringComparison.Ordinal);
        }
    }

    private static Model Step(UpdateMethod method)
    {
        var model = Build();
        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), method, new PlanOptions { Capacity = 16, Threads = 2 });
        plan.LearningRate = Rate;
        var random = new SeededRandom(4);
        Assert.True(plan.Step(random.Floats(16 * Features), random.Labels(16, Classes)).Committed);
        return model;
    }

    private static Model Build() => new Sequential(("hidden", new Dense(33)), ("hidden.bn", new BatchNorm()), ("act", new Relu()), ("last", new Dense(Classes))).Build(Shape.Batch(Features), 5);
}
