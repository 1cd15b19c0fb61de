using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.TestKit;

namespace Evenkeel.Engine.Tests;

/// <summary>The plans of canonical networks, word by word: a change of lowering, fusion or merging shows here.</summary>
public sealed class PlanSnapshotTests
{
    private const int Width = 256;

    [Theory]
    [InlineData("training-bn-relu", "relu", true)]
    [InlineData("training-sigmoid", "sigmoid", false)]
    public void A_training_plan_is(string name, string activation, bool normalizes)
    {
        using var plan = TrainingPlan.Compile(Network(activation, normalizes), new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = 64, Threads = 1, Width = Width });
        Snapshot.Match(plan.Listing.ToText(), name);
    }

    [Fact]
    public void An_evaluation_plan_is()
    {
        using var plan = EvaluationPlan.Compile(Network("relu", true), null, new PlanOptions { Capacity = 64, Threads = 1, Width = Width });
        Snapshot.Match(plan.Listing.ToText(), "evaluation-bn-relu");
    }

    [Fact]
    public void Without_passes_every_step_is_a_region_of_its_own()
    {
        using var plan = TrainingPlan.Compile(Network("relu", true), new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = 64, Threads = 1, Width = Width, DisabledPasses = [.. Passes.PassList.Names] });
        Snapshot.Match(plan.Listing.ToText(), "training-bn-relu-plain");
    }

    private static Graph.Models.Model Network(string activation, bool normalizes) => new Sequential(
        normalizes
            ? [("hidden", new Dense(100)), ("hidden.bn", new BatchNorm(BatchNormOptions.Default)), ("hidden.act", new Activation(activation)), ("drop", new Dropout(0.5f)), ("out", new Dense(10))]
            : [("hidden", new Dense(100)), ("hidden.act", new Activation(activation)), ("out", new Dense(10))]).Build(Shape.Batch(784), 1);
}
