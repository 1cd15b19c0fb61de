using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Layers.Tests.Layers;

public sealed class StructureTests
{
    [Fact]
    public void Layers_without_names_get_their_kind_and_a_number()
    {
        var model = new Sequential(new Dense(4), new BatchNorm(), new Relu(), new Dense(3), new Relu(), new Sequential(new Dense(2))).Build(Shape.Batch(5));
        Assert.Equal(
            ["dense1", "batch_norm1", "relu1", "dense2", "relu2", "sequential1.dense1", "sequential1", ""],
            model.Layers.Select(static layer => layer.Name));
        Assert.Equal(
            ["batch_norm1.beta", "batch_norm1.gamma", "dense1.weight", "dense2.bias", "dense2.weight", "sequential1.dense1.bias", "sequential1.dense1.weight"],
            model.Parameters.Select(static tensor => tensor.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Layers_remember_kind_and_shapes()
    {
        var model = new Sequential(("fc", new Dense(4))).Build(Shape.Batch(5));
        Assert.Equal([("fc", "dense", Shape.Batch(5), Shape.Batch(4)), ("", "sequential", Shape.Batch(5), Shape.Batch(4))], model.Layers.Select(static layer => (layer.Name, layer.Kind, layer.Input, layer.Output)));
    }

    [Fact]
    public void Dots_in_names_make_deeper_paths()
    {
        var model = new Sequential(("hidden1", new Dense(4)), ("hidden1.bn", new BatchNorm())).Build(Shape.Batch(5));
        Assert.Equal(["hidden1.weight", "hidden1.bn.gamma", "hidden1.bn.beta"], model.Parameters.Select(static tensor => tensor.Name));
        Assert.Equal(["hidden1.bn.running_mean", "hidden1.bn.running_variance", "hidden1.bn.running_weight"], model.States.Select(static tensor => tensor.Name));
    }

    [Fact]
    public void A_single_layer_is_a_network()
    {
        var model = new Dense(4).Build(Shape.Batch(5));
        Assert.Equal(["weight [5, 4]", "bias [4]"], model.Parameters.Select(static tensor => tensor.ToString()));
    }

    [Fact]
    public void One_layer_object_in_two_places_has_parameters_of_its_own_in_each()
    {
        var layer = new Dense(5);
        var model = new Sequential(layer.Named("first"), layer.Named("second")).Build(Shape.Batch(5));
        Assert.Equal(60, model.Parameters.Elements);
        Assert.NotEqual(model.Parameters["first.weight"].ToArray(), model.Parameters["second.weight"].ToArray());
    }

    [Fact]
    public void A_name_used_twice_is_refused()
    {
        var error = Assert.Throws<LayerException>(() => new Sequential(("fc", new Dense(5)), ("fc", new Dense(5))).Build(Shape.Batch(5)));
        Assert.Equal("EK0123", error.Code);
        Assert.Contains("[Dense 'fc'] two layers have this name", error.Message);
        Assert.Equal("EK0123", Assert.Throws<LayerException>(() => new Sequential(new Dense(5), ("dense1", new Dense(5))).Build(Shape.Batch(5))).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a/b")]
    [InlineData("schön")]
    public void A_name_that_checkpoints_cannot_carry_is_refused(string name)
    {
        var error = Assert.Throws<LayerException>(() => new Sequential((name, new Dense(5))).Build(Shape.Batch(5)));
        Assert.Equal("EK0124", error.Code);
        Assert.Contains($"got the layer name '{name}'", error.Message);
    }

    [Fact]
    public void A_residual_adds_the_input_to_its_branch()
    {
        var model = new Sequential(("block", new Residual(new Sequential(new Dense(5), new Relu())))).Build(Shape.Batch(5));
        var sum = Assert.IsType<AddNode>(model.Output.Producer);
        Assert.Equal("block", sum.Name);
        Assert.Equal("block.branch.relu1", sum.Inputs[0].Producer.Name);
        Assert.Same(model.Input.Output, sum.Inputs[1]);
    }

    [Fact]
    public void A_residual_with_a_shortcut_adds_the_projection()
    {
        var model = new Residual(new Dense(7), new Dense(7, new DenseOptions { Bias = BiasUse.Never })).Build(Shape.Batch(5));
        Assert.Equal(["branch.weight", "shortcut.weight", "branch.bias"], model.Parameters.Select(static tensor => tensor.Name));
        Assert.Equal(Shape.Batch(7), model.Output.Shape);
    }

    [Fact]
    public void A_residual_whose_ways_differ_in_shape_is_refused()
    {
        var error = Assert.Throws<LayerException>(() => new Sequential(("block", new Residual(new Dense(7)))).Build(Shape.Batch(5)));
        Assert.Equal("EK0121", error.Code);
        Assert.Contains("[Residual 'block'] got input [N, 5], but expected two ways of one shape, but the branch gives [N, 7] and the shortcut [N, 5].", error.Message);
    }

    [Fact]
    public void A_functional_layer_joins_branches()
    {
        var model = new Functional(static (scope, x) =>
        {
            var left = scope.Apply("left", new Dense(6), x);
            var right = scope.Apply("right", new Sequential(new Dense(6), new Tanh()), x);
            return scope.Apply("output", new Dense(2), new MultiplyNode(scope.NameOf("gate"), left, right).Output);
        }).Build(Shape.Batch(5));
        Assert.Equal(Shape.Batch(2), model.Output.Shape);
        Assert.Equal(["left.weight", "right.dense1.weight", "output.weight", "left.bias", "right.dense1.bias", "output.bias"], model.Parameters.Select(static tensor => tensor.Name));
    }

    [Fact]
    public void Activations_are_one_node_each_and_unknown_ones_are_refused_with_the_name_that_was_meant()
    {
        var model = new Sequential(new Relu(), new Sigmoid(), new Tanh(), new Activation("relu")).Build(Shape.Batch(5));
        Assert.Equal(["relu", "sigmoid", "tanh", "relu"], model.Nodes.OfType<ActivationNode>().Select(static node => node.Activation));
        var error = Assert.Throws<LayerException>(() => new Sequential(("hidden1.activation", new Activation("sigmod"))).Build(Shape.Batch(5)));
        Assert.Equal("EK0122", error.Code);
        Assert.Contains("[Activation 'hidden1.activation'] there is no activation 'sigmod'. Did you mean 'sigmoid'?", error.Message);
    }

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(1f)]
    [InlineData(float.NaN)]
    public void A_dropout_rate_outside_its_range_is_refused(float rate)
    {
        var error = Assert.Throws<LayerException>(() => new Sequential(("drop", new Dropout(rate))).Build(Shape.Batch(5)));
        Assert.Equal("EK0120", error.Code);
        Assert.Contains("[Dropout 'drop'] got rate", error.Message);
    }

    [Fact]
    public void Dropout_is_a_node_and_at_rate_zero_nothing()
    {
        Assert.Equal(0.25f, Assert.IsType<DropoutNode>(new Dropout(0.25f).Build(Shape.Batch(5)).Output.Producer).Rate);
        Assert.Equal(DropoutUnit.Channel, Assert.IsType<DropoutNode>(new SpatialDropout(0.25f).Build(Shape.Batch(5, 5, 2)).Output.Producer).Unit);
        Assert.Equal(DropoutUnit.Sample, Assert.IsType<DropoutNode>(new StochasticDepth(0.25f).Build(Shape.Batch(5, 5, 2)).Output.Producer).Unit);
        var model = new Dropout(0).Build(Shape.Batch(5));
        Assert.Same(model.Input.Output, model.Output);
    }

    [Fact]
    public void Flatten_keeps_flat_data_as_it_is()
    {
        Assert.Equal(Shape.Batch(12), new Flatten().Build(Shape.Batch(2, 3, 2)).Output.Shape);
        var model = new Flatten().Build(Shape.Batch(5));
        Assert.Same(model.Input.Output, model.Output);
    }

    [Fact]
    public void A_shape_without_a_batch_is_refused()
    {
        var error = Assert.Throws<LayerException>(() => new Dense(3).Build(Shape.Of(5)));
        Assert.Equal("EK0121", error.Code);
        Assert.Contains("Write Shape.Batch(5).", error.Message);
    }

    [Fact]
    public void A_custom_layer_needs_nothing_but_public_members()
    {
        var model = new Sequential(("gate", new Gate()), new Dense(2)).Build(Shape.Batch(5));
        Assert.Equal(["dense1.weight", "gate.factor", "dense1.bias"], model.Parameters.Select(static tensor => tensor.Name));
    }

    private sealed class Gate : Layer
    {
        public override string Kind => "gate";

        public override Value Build(BuildScope scope, Value input)
        {
            var factor = scope.Parameter("factor", Shape.Of(input.Shape.Channels), Evenkeel.Graph.Models.Constant.One, decays: false);
            return new MultiplyNode(scope.Name, input, new BiasAddNode(scope.NameOf("shifted"), input, factor).Output).Output;
        }
    }
}
