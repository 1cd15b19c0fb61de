using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Rewriting;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Models;
using Evenkeel.TestKit;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Checkpoints;

public sealed class TransferTests
{
    private static readonly string[] Backbone = ["hidden1", "hidden1.bn", "hidden2", "hidden2.bn"];

    [Fact]
    public void Training_leaves_every_bit_of_a_frozen_backbone_as_it_was_and_moves_the_head()
    {
        var pretrained = Trained();
        Assert.Equal("output", ModelTransfer.HeadOf(pretrained));
        Assert.Equal(Backbone, ModelTransfer.BackboneOf(pretrained).Order(StringComparer.Ordinal));
        var frozen = pretrained.Freeze(Backbone);
        Assert.Equal(WeightsHash.Of(pretrained), WeightsHash.Of(frozen));
        new Trainer(frozen, Small.Loss, Small.Options with { Epochs = 1, Standardize = false }).Fit(Small.Rings(300, 2));
        foreach (var tensor in pretrained.Parameters)
        {
            var isSame = tensor.ToArray().SequenceEqual(frozen.Parameters[tensor.Name].ToArray());
            Assert.Equal(!tensor.Name.StartsWith("output", StringComparison.Ordinal), isSame);
        }

        Assert.All(pretrained.States, tensor => Assert.Equal(tensor.ToArray(), frozen.States[tensor.Name].ToArray()));
    }

    [Fact]
    public void A_frozen_model_computes_in_training_what_it_computes_in_evaluation()
    {
        var model = Trained();
        var features = new SeededRandom(5).Floats(8 * Small.Features, 3, 7);
        float[] Outputs(Model of, bool training)
        {
            using var plan = ObservationPlan.Compile(of, [of.Output], training, new PlanOptions { Capacity = 8, Threads = 1 });
            plan.Slot.Fill(features);
            plan.Run(plan.Slot);
            return plan.Read(of.Output)[..(8 * Small.Classes)].ToArray();
        }

        var expected = Outputs(model, training: false);
        var frozen = model.Freeze(Backbone);
        Assert.NotEqual(expected, Outputs(model, training: true));
        foreach (var (left, right) in Outputs(frozen, training: true).Zip(expected)) Assert.Equal(right, left, 1e-4f);
        Assert.All(frozen.Nodes.OfType<BatchNormNode>(), static node => Assert.Equal(NormalizeWith.RunningStatistics, node.Options.NormalizeWith));
    }

    [Fact]
    public void Part_of_a_model_can_be_frozen_and_renormalisation_goes_with_the_batch_statistics()
    {
        var network = new Sequential(("a", new Dense(5)), ("a.bn", new BatchNorm(BatchNormOptions.Default with { Renormalization = new BatchRenormalization() })), ("b", new Dense(4)), ("b.bn", new BatchNorm(BatchNormOptions.Default with { GhostSize = 4, SampleWeight = 0.25f })), ("c", new Dense(3)));
        var frozen = network.Build(Shape.Batch(Small.Features), 1).Freeze("a");
        Assert.Equal(["b.bn.beta", "b.bn.gamma", "b.weight", "c.bias", "c.weight"], frozen.ParameterNodes.Where(static node => node.IsTrainable).Select(static node => node.Name).Order(StringComparer.Ordinal));
        var options = frozen.Nodes.OfType<BatchNormNode>().ToDictionary(static node => node.Name, static node => node.Options);
        Assert.Null(options["a.bn"].Renormalization);
        Assert.Equal(4, options["b.bn"].GhostSize);
        var kept = new Model(frozen.Input, FreezeLayers.Apply(frozen.Output, static name => name.StartsWith('b'), static given => given), 1);
        Assert.Equal((0, 0), (frozen.Freeze("b").Nodes.OfType<BatchNormNode>().Last().Options is var all ? all.GhostSize : -1, all.SampleWeight));
        Assert.Equal(4, kept.Nodes.OfType<BatchNormNode>().Single(static node => node.Name == "b.bn").Options.GhostSize);
    }

    [Fact]
    public void A_checkpoint_gives_its_backbone_to_a_network_with_another_head()
    {
        using var folder = new TemporaryFolder();
        var pretrained = Trained();
        Checkpoint.Save(folder["m.safetensors"], pretrained);
        using var checkpoint = Checkpoint.Open(folder["m.safetensors"]);
        var model = checkpoint.BuildModel(new Dense(7), seed: 3);
        Assert.Equal(7, model.Output.Shape.Channels);
        Assert.Equal(pretrained.Parameters["hidden2.weight"].ToArray(), model.Parameters["hidden2.weight"].ToArray());
        Assert.Equal(pretrained.States["hidden1.bn.running_mean"].ToArray(), model.States["hidden1.bn.running_mean"].ToArray());
        Assert.NotEqual(model.Parameters["output.weight"].ToArray(), checkpoint.BuildModel(new Dense(7), seed: 4).Parameters["output.weight"].ToArray());
        var copy = Small.Model(9);
        copy.CopyBackboneFrom(pretrained);
        Assert.Equal(pretrained.Parameters["hidden1.weight"].ToArray(), copy.Parameters["hidden1.weight"].ToArray());
        Assert.Equal(Small.Model(9).Parameters["output.weight"].ToArray(), copy.Parameters["output.weight"].ToArray());

        var other = new Sequential(("hidden1", new Dense(5)), ("output", new Dense(3))).Build(Shape.Batch(Small.Features));
        Assert.Equal("EK0524", Assert.Throws<TrainingException>(() => checkpoint.LoadBackboneInto(other)).Code);
    }

    [Fact]
    public void A_checkpoint_of_a_frozen_model_is_frozen_when_it_comes_back()
    {
        using var folder = new TemporaryFolder();
        var frozen = Trained().Freeze(Backbone);
        Checkpoint.Save(folder["m.safetensors"], frozen);
        var loaded = Checkpoint.LoadModel(folder["m.safetensors"]);
        Assert.Equal(WeightsHash.Of(frozen), WeightsHash.Of(loaded));
        Assert.Equal(frozen.Configuration, loaded.Configuration);
        Assert.Equal(["output.bias", "output.weight"], loaded.ParameterNodes.Where(static node => node.IsTrainable).Select(static node => node.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["hidden1", "hidden2"], loaded.DroppedBiases.Select(static name => name.Split('.')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_last_layer_is_found_inside_rows_of_layers_and_without_names()
    {
        var model = new ModelConfiguration { InputShape = Shape.Batch(4), Network = new Sequential(new Dense(6), new Relu(), new Sequential(new Dense(5), new Dense(3)), new Tanh()) };
        var changed = model.WithHead(new Dense(8)).Build();
        Assert.Equal("sequential1.dense2", ModelTransfer.HeadOf(changed));
        Assert.Equal(8, changed.Output.Shape.Channels);
        Assert.Equal(model.Build().Parameters.Select(static tensor => tensor.Name), changed.Parameters.Select(static tensor => tensor.Name));
    }

    [Fact]
    public void What_cannot_be_frozen_or_replaced_is_told()
    {
        var unknown = Assert.Throws<LayerException>(() => Small.Model().Freeze("hiden1"));
        Assert.Equal("EK0830", unknown.Code);
        Assert.Contains("'hidden1'", unknown.Message, StringComparison.Ordinal);
        var alone = new ModelConfiguration { InputShape = Shape.Batch(4), Network = new Dense(3) };
        Assert.Equal("EK0831", Assert.Throws<LayerException>(() => ModelTransfer.BackboneOf(alone.Build())).Code);
        var inside = new ModelConfiguration { InputShape = Shape.Batch(4), Network = new Sequential(("first", new Dense(4)), ("block", new Residual(new Dense(4)))) };
        Assert.Equal("EK0832", Assert.Throws<LayerException>(() => inside.WithHead(new Dense(5))).Code);
    }

    private static Model Trained()
    {
        var model = Small.Model();
        new Trainer(model, Small.Loss, Small.Options with { Epochs = 1, Standardize = false }).Fit(Small.Rings(300, 1));
        return model;
    }
}
