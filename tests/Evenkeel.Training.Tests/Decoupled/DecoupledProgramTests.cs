using System.Collections.Immutable;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Optimization.Clipping;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Decoupled;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Decoupled;

public sealed class DecoupledProgramTests
{
    private const int Batch = 30;

    private static readonly DecoupledOptions Small16 = new() { Modules = new() { Hidden = [16] } };

    public static TheoryData<string, string> Networks => new() { { "mlp", "sgd" }, { "mlp", "adam" }, { "dropout", "sgd" }, { "convolutions", "sgd" }, { "residual", "sgd" } };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Segments_that_wait_for_each_other_give_the_bits_of_ordinary_training(string network, string optimizer)
    {
        var (ordinary, locked) = (Build(network), Build(network));
        var method = OptimizerTable.Create(optimizer);
        using var plan = TrainingPlan.Compile(ordinary, Small.Loss, method, Plans());
        using var program = DecoupledProgram.Compile(locked, Small.Loss, method, new() { Gradients = GradientSource.Backpropagation }, Plans());
        (plan.LearningRate, program.LearningRate) = (0.01f, 0.01f);
        Assert.True(program.Segments.Length >= 3, string.Join(' ', program.Segments));
        var data = DataFor(network);
        var (expected, found) = (Run(plan, data, 7), Run(program, data, 7));
        Assert.Equal(expected.Select(static step => (step.Loss, step.Correct, step.Committed)), found.Select(static step => (step.Loss, step.Correct, step.Committed)));
        Assert.Equal(WeightsHash.Of(ordinary), WeightsHash.Of(locked));
        Assert.All(expected.Zip(found), static pair => Assert.Equal(pair.First.GradientNorm, pair.Second.GradientNorm, 1e-6 * pair.First.GradientNorm));
        Assert.Equal(plan.Slots.Span.ToArray(), program.Slots.Span.ToArray());
    }

    [Theory]
    [InlineData(GradientSource.Synthetic, false)]
    [InlineData(GradientSource.Conditioned, false)]
    [InlineData(GradientSource.Conditioned, true)]
    [InlineData(GradientSource.None, false)]
    public void One_thread_gives_the_bits_of_two(GradientSource source, bool inputs)
    {
        string Train(int threads)
        {
            var model = Small.Model(dropout: 0.1f);
            using var program = DecoupledProgram.Compile(model, Small.Loss, new Adam(), Small16 with { Gradients = source, SyntheticInputs = inputs, UpdateProbability = source == GradientSource.None ? 1 : 0.7 }, Plans(threads));
            program.LearningRate = 0.01f;
            Run(program, Small.Rings(300, 1), 12);
            return WeightsHash.Of(model) + string.Join(',', program.Memory.Select(static memory => memory.Span.ToArray().Sum()));
        }

        Assert.Equal(Train(1), Train(2));
    }

    [Fact]
    public void While_modules_predict_nothing_only_the_last_segment_moves()
    {
        var (model, untouched) = (Small.Model(), Small.Model());
        using var program = DecoupledProgram.Compile(model, Small.Loss, new Sgd(), Small16, Plans());
        Run(program, Small.Rings(300, 1), 1);
        foreach (var tensor in model.Parameters)
        {
            var before = untouched.Parameters[tensor.Name].ToArray();
            if (tensor.Name.StartsWith("output", StringComparison.Ordinal)) Assert.NotEqual(before, tensor.ToArray());
            else Assert.Equal(before, tensor.ToArray());
        }

        Run(program, Small.Rings(300, 1), 3);
        Assert.NotEqual(untouched.Parameters["hidden1.weight"].ToArray(), model.Parameters["hidden1.weight"].ToArray());
    }

    [Theory]
    [InlineData(GradientSource.Synthetic)]
    [InlineData(GradientSource.Conditioned)]
    public void Modules_learn_the_direction_of_the_true_gradient(GradientSource source)
    {
        // The network all but stands still, and the modules learn a thousand times faster.
        var model = Small.Model();
        var options = new DecoupledOptions { Gradients = source, Modules = new() { Hidden = [64], RateFactor = 1000 } };
        using var program = DecoupledProgram.Compile(model, Small.Loss, new Sgd(), options, Plans());
        program.LearningRate = 3e-6f;
        var (data, slot) = (Small.Rings(300, 1), program.CreateSlot());
        Read(new Loader(data, new LoaderOptions { BatchSize = Batch }), slot);
        Assert.All(program.Agreement(slot), static cosine => Assert.Equal(0, cosine));
        Run(program, data, 600);
        Assert.All(program.Agreement(slot), static cosine => Assert.InRange(cosine, 0.5, 1));
    }

    [Fact]
    public void Looking_at_the_agreement_changes_nothing()
    {
        string Train(bool look)
        {
            var model = Small.Model(dropout: 0.1f);
            using var program = DecoupledProgram.Compile(model, Small.Loss, new Sgd(), Small16, Plans());
            var slot = program.CreateSlot();
            for (var i = 0; i < 5; i++)
            {
                Run(program, Small.Rings(300, i), 2);
                Read(new Loader(Small.Rings(60, 77), new LoaderOptions { BatchSize = Batch }), slot);
                if (look) program.Agreement(slot);
            }

            return WeightsHash.Of(model);
        }

        Assert.Equal(Train(false), Train(true));
    }

    [Theory]
    [InlineData(GradientSource.Conditioned, false)]
    [InlineData(GradientSource.Conditioned, true)]
    [InlineData(GradientSource.Synthetic, false)]
    public void Decoupled_segments_learn_what_the_last_one_alone_does_not(GradientSource source, bool inputs)
    {
        double Loss(GradientSource from, bool synthetic)
        {
            using var program = DecoupledProgram.Compile(Small.Model(), Small.Loss, new Adam(), new DecoupledOptions { Gradients = from, SyntheticInputs = synthetic, Modules = new() { Hidden = from == GradientSource.Conditioned && !synthetic ? [] : [64] } }, Plans());
            program.LearningRate = 0.01f;
            return Run(program, Small.Rings(600, 1), 400).TakeLast(20).Average(static step => step.Loss);
        }

        Assert.InRange(Loss(source, inputs), 0, 0.9 * Loss(GradientSource.None, false));
    }

    [Fact]
    public void Without_backpropagation_the_lower_segments_stay_and_their_statistics_move()
    {
        var (model, untouched) = (Small.Model(), Small.Model());
        using var program = DecoupledProgram.Compile(model, Small.Loss, new Sgd(), new() { Gradients = GradientSource.None }, Plans());
        Run(program, Small.Rings(300, 1), 4);
        Assert.Equal(untouched.Parameters["hidden2.weight"].ToArray(), model.Parameters["hidden2.weight"].ToArray());
        Assert.NotEqual(untouched.Parameters["output.weight"].ToArray(), model.Parameters["output.weight"].ToArray());
        Assert.Equal(4, model.States["hidden1.bn.running_weight"].Span[1]);
    }

    [Fact]
    public void Segments_are_updated_as_often_as_their_probability_says()
    {
        const int Steps = 200;
        var updates = new int[4];
        using var program = DecoupledProgram.Compile(Small.Model(), Small.Loss, new Sgd(), Small16 with { UpdateProbability = 0.3 }, Plans());
        program.LearningRate = 1e-3f;
        program.Trace = e => updates[e.Segment] += e.Action == SegmentAction.Update ? 1 : 0;
        Run(program, Small.Rings(300, 1), Steps);
        // Four standard deviations of a binomial count.
        Assert.All(updates[1..], static count => Assert.InRange(count, (0.3 * Steps) - 26, (0.3 * Steps) + 26));
        Assert.True(updates[1..].Distinct().Count() > 1, "segments draw for themselves");
        Assert.Equal(updates[1..].Select(static count => (float)count), [.. Enumerable.Range(0, 3).Select(i => program.Memory[1].Span[3 * i])]);
    }

    [Fact]
    public void A_batch_that_is_not_finite_changes_nothing()
    {
        var model = Small.Model();
        using var program = DecoupledProgram.Compile(model, Small.Loss, new Sgd(), Small16, Plans());
        var slot = program.CreateSlot();
        Read(new Loader(Small.Rings(300, 1), new LoaderOptions { BatchSize = Batch }), slot);
        slot.Features[5] = float.NaN;
        var before = WeightsHash.Of(model);
        Assert.False(program.Step(slot).Committed);
        Assert.Equal((before, 1L, 0L), (WeightsHash.Of(model), program.Attempts, program.Commits));
    }

    [Fact]
    public void Gradients_are_bounded_segment_by_segment()
    {
        var model = Small.Model();
        using var program = DecoupledProgram.Compile(model, Small.Loss, new Sgd(), Small16, Plans());
        program.Clipping = new ClipByNorm(1e-3f);
        Assert.True(Run(program, Small.Rings(300, 1), 2).All(static step => step.Committed));
        var squares = new[] { "output.weight", "output.bias" }.Sum(name => program.Gradients[name].Span.ToArray().Sum(static g => (double)g * g));
        Assert.Equal(1e-3, Math.Sqrt(squares), 1e-8);
    }

    [Fact]
    public void A_model_is_cut_before_every_layer_with_weights_or_behind_those_that_are_named()
    {
        using var all = DecoupledProgram.Compile(Small.Model(), Small.Loss, new Sgd(), Small16, Plans());
        Assert.Equal(["hidden1", "hidden2", "output"], all.Segments.AsEnumerable());
        using var named = DecoupledProgram.Compile(Small.Model(), Small.Loss, new Sgd(), Small16 with { CutAfter = ["hidden2"] }, Plans());
        Assert.Equal(["hidden1+hidden2", "output"], named.Segments.AsEnumerable());
        using var blocks = DecoupledProgram.Compile(Build("residual"), Small.Loss, new Sgd(), new() { Gradients = GradientSource.None }, Plans());
        Assert.Equal(4, blocks.Segments.Length);
    }

    internal static Model Build(string network) => network switch
    {
        "mlp" => Small.Model(),
        "dropout" => Small.Model(dropout: 0.2f),
        "convolutions" => new Sequential(
            new Convolution(5, 3, new() { Padding = 1 }), new BatchNorm(), new Relu(), new MaxPool(2), new Convolution(6, 3), new BatchNorm(), new Relu(), new Flatten(), new Dense(Small.Classes))
            .Build(Shape.Batch(Small.Side, Small.Side, 2), seed: 4),
        _ => new Sequential(
            new Convolution(4, 3, new() { Padding = 1 }), new BatchNorm(), new Relu(),
            new Residual(new Sequential(new Convolution(4, 3, new() { Padding = 1 }), new BatchNorm(), new Relu(), new Convolution(4, 3, new() { Padding = 1 }), new BatchNorm())), new Relu(),
            new Convolution(6, 3, new() { Stride = 2 }), new BatchNorm(), new Relu(), new GlobalAveragePool(), new Flatten(), new Dense(Small.Classes))
            .Build(Shape.Batch(Small.Side, Small.Side, 2), seed: 4),
    };

    internal static Dataset DataFor(string network) => network is "mlp" or "dropout" ? Small.Rings(300, 1) : Small.Stripes(120, 1);

    internal static PlanOptions Plans(int threads = 2) => new() { Capacity = Batch, Threads = threads, Seed = 5 };

    internal static ImmutableArray<StepResult> Run(TrainingProgram program, Dataset data, int steps)
    {
        var (loader, slot) = (new Loader(data, new LoaderOptions { BatchSize = Batch, Seed = 3 }), program.CreateSlot());
        return [.. Enumerable.Range(0, steps).Select(_ => program.Step(Read(loader, slot)))];
    }

    internal static Engine.BatchSlot Read(Loader loader, Engine.BatchSlot slot)
    {
        var batch = loader.CreateSlot();
        loader.Next(batch);
        slot.Count = batch.Count;
        batch.Assemble(0, 1, slot.Features, slot.Labels);
        return slot;
    }
}
