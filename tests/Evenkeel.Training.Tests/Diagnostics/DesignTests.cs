using Evenkeel.Engine;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Diagnostics;

/// <summary>Mistakes that cannot be made: no check looks for them, and these tests show why.</summary>
public sealed class DesignTests
{
    [Fact]
    public void Evaluation_is_another_plan_so_no_mode_can_be_forgotten()
    {
        var model = Clinic.Trained();
        using var training = TrainingPlan.Compile(model, Small.Loss, new Momentum(), new PlanOptions { Capacity = 32 });
        using var evaluation = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = 32 });
        Fill(training.CreateSlot(), out var slot);
        training.Step(slot);
        evaluation.Refresh();

        // Right after a training step a sample's output does not depend on who else is in the batch.
        var together = evaluation.Run(slot.Features[..(32 * Small.Features)]).ToArray();
        for (var sample = 0; sample < 32; sample++)
        {
            var alone = evaluation.Run(slot.Features.Slice(sample * Small.Features, Small.Features)).ToArray();
            for (var output = 0; output < Small.Classes; output++) Assert.Equal(together[(sample * Small.Classes) + output], alone[output], 1e-4f);
        }
    }

    [Fact]
    public void Forward_and_gradient_passes_move_no_statistics()
    {
        var model = Clinic.Trained();
        var before = WeightsHash.Of(model);
        using var gradient = GradientPlan.Compile(model, Small.Loss, options: new PlanOptions { Capacity = 32 });
        Fill(gradient.CreateSlot(), out var slot);
        gradient.Run(slot);
        using var observation = ObservationPlan.Compile(model, [model.Output], training: true, new PlanOptions { Capacity = 32 });
        slot.Features.CopyTo(observation.Slot.Features);
        observation.Slot.Count = 32;
        observation.Run(observation.Slot);
        Assert.Equal(before, WeightsHash.Of(model));
    }

    [Fact]
    public void Statistics_move_once_per_commit()
    {
        var model = Small.Model();
        using var plan = TrainingPlan.Compile(model, Small.Loss, new Momentum(), new PlanOptions { Capacity = 32 });
        using var gradient = GradientPlan.Compile(model, Small.Loss, options: new PlanOptions { Capacity = 32 });
        Fill(plan.CreateSlot(), out var slot);
        for (var step = 1; step <= 5; step++)
        {
            gradient.Run(slot);
            gradient.Run(slot);
            plan.Step(slot);
            Assert.Equal(step, model.State("hidden1.bn", "running_weight")[1]);
        }
    }

    [Fact]
    public void Recomputing_does_not_update_again()
    {
        // The pass that normalises again in the backward pass, on and off: statistics move alike.
        Assert.Contains("recompute-normalized", Engine.Passes.PassList.Names);
        Assert.Equal(States([]), States(["recompute-normalized"]));

        static double[] States(System.Collections.Immutable.ImmutableHashSet<string> without)
        {
            var model = new Sequential(("bn", new BatchNorm()), ("relu", new Relu()), ("dense", new Dense(8)), ("bn2", new BatchNorm()), ("relu2", new Relu()), ("out", new Dense(Small.Classes))).Build(Shape.Batch(Small.Features), 5);
            using var plan = TrainingPlan.Compile(model, Small.Loss, new Momentum(), new PlanOptions { Capacity = 32, DisabledPasses = without });
            Fill(plan.CreateSlot(), out var slot);
            plan.Step(slot);
            return model.State("bn2", "running_weight").ToArray();
        }
    }

    [Fact]
    public void A_step_that_is_not_finite_leaves_running_statistics_alone()
    {
        var model = Clinic.Trained();
        var before = WeightsHash.Of(model);
        using var plan = TrainingPlan.Compile(model, Small.Loss, new Momentum(), new PlanOptions { Capacity = 32 });
        Fill(plan.CreateSlot(), out var slot);
        slot.Features[7] = float.NaN;
        Assert.False(plan.Step(slot).Committed);
        Assert.Equal(before, WeightsHash.Of(model));
    }

    [Theory]
    [InlineData(31)]
    [InlineData(2)]
    public void Threads_share_one_set_of_statistics_also_with_uneven_pieces(int count)
    {
        Assert.Equal(States(1), States(2));

        double[] States(int threads)
        {
            var model = Small.Model();
            using var plan = TrainingPlan.Compile(model, Small.Loss, new Momentum(), new PlanOptions { Capacity = 32, Threads = threads });
            Fill(plan.CreateSlot(), out var slot, count);
            plan.Step(slot);
            return model.States.Span.ToArray();
        }
    }

    private static void Fill(BatchSlot empty, out BatchSlot slot, int count = 32)
    {
        slot = empty;
        for (var row = 0; row < count; row++)
        {
            Clinic.Samples.Read(row, slot.Features.Slice(row * Small.Features, Small.Features));
            slot.Labels[row] = Clinic.Samples.ReadLabel(row);
        }

        slot.Count = count;
    }
}
