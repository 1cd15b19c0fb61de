using Evenkeel.Data.Loading;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Decoupled;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Decoupled;

public sealed class DecoupledErrorTests
{
    [Fact]
    public void A_place_to_cut_that_does_not_exist_is_refused_with_a_name_that_does() =>
        Refused("EK0850", "Did you mean 'hidden2.activation'?", () => Compile(new() { CutAfter = ["hidden2.activatoin"] }));

    [Fact]
    public void A_model_with_one_layer_of_weights_has_nothing_to_decouple() =>
        Refused("EK0851", "at least two", () => DecoupledProgram.Compile(new Sequential(new Dense(3)).Build(Shape.Batch(Small.Features)), Small.Loss, new Sgd()));

    [Fact]
    public void An_optimizer_that_looks_twice_is_refused()
    {
        Refused("EK0852", "'sam'", () => DecoupledProgram.Compile(Small.Model(), Small.Loss, new Sam()));
        Refused("EK0852", "'sam'", () => Compile(new() { Modules = new() { Optimizer = new Sam() } }));
    }

    [Fact]
    public void Modules_cannot_see_labels_where_there_are_none()
    {
        var model = new Sequential(new Dense(4), new Relu(), new Dense(2)).Build(Shape.Batch(3));
        Refused("EK0853", "'mean_squared_error'", () => DecoupledProgram.Compile(model, new MeanSquaredError(), new Sgd(), new() { Gradients = GradientSource.Conditioned }));
    }

    [Fact]
    public void Options_out_of_their_range_are_refused()
    {
        Refused("EK0854", "UpdateProbability 0,", () => Compile(new() { UpdateProbability = 0 }));
        Refused("EK0854", "with Gradients None", () => Compile(new() { Gradients = GradientSource.None, UpdateProbability = 0.5 }));
        Refused("EK0854", "with Gradients Backpropagation", () => Compile(new() { Gradients = GradientSource.Backpropagation, SyntheticInputs = true }));
        Refused("EK0854", "Hidden 16, 0", () => Compile(new() { Modules = new() { Hidden = [16, 0] } }));
        Refused("EK0854", "Kernel 4", () => Compile(new() { Modules = new() { Kernel = 4 } }));
        Refused("EK0854", "RateFactor -1", () => Compile(new() { Modules = new() { RateFactor = -1 } }));
        Refused("EK0854", "UpdateProbability 2", () => new Trainer(Small.Model(), Small.Loss, Small.Options with { Decoupled = new() { UpdateProbability = 2 } }));
    }

    [Fact]
    public void A_label_out_of_range_is_found_before_any_segment_has_changed()
    {
        var model = Small.Model();
        using var program = DecoupledProgram.Compile(model, Small.Loss, new Sgd(), new() { Gradients = GradientSource.Conditioned }, DecoupledProgramTests.Plans());
        var slot = DecoupledProgramTests.Read(new Loader(Small.Rings(60, 1), new LoaderOptions { BatchSize = 30 }), program.CreateSlot());
        var before = WeightsHash.Of(model);
        slot.Labels[29] = Small.Classes;
        Refused("EK0855", "label 3, but expected 0 to 2", () => program.Step(slot));
        Assert.Equal((before, 0L), (WeightsHash.Of(model), program.Attempts));
    }

    [Fact]
    public void A_name_that_nothing_has_is_refused_with_one_that_something_has()
    {
        Refused("EK0857", "Did you mean 'cdni'?", () => DecouplingTable.Create("cdin"));
        Assert.Equal(Enum.GetValues<GradientSource>(), DecouplingTable.Names.Select(static name => DecouplingTable.Create(name).Gradients).Order());
    }

    [Fact]
    public void Images_between_segments_cannot_be_predicted_from_the_networks_input() =>
        Refused("EK0856", "[N, 4, 4, 5]", () => DecoupledProgram.Compile(DecoupledProgramTests.Build("convolutions"), Small.Loss, new Sgd(), new() { SyntheticInputs = true }));

    private static void Compile(DecoupledOptions options) => DecoupledProgram.Compile(Small.Model(), Small.Loss, new Sgd(), options, DecoupledProgramTests.Plans()).Dispose();

    private static void Refused(string code, string text, Action action)
    {
        var error = Assert.Throws<TrainingException>(action);
        Assert.Equal(code, error.Code);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
    }
}
