using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Models;

namespace Evenkeel.Layers.Tests.Models;

public sealed class ModelSummaryTests
{
    [Fact]
    public void The_table_of_a_small_network_reads_like_this()
    {
        var model = Mlp.Create(new ModelOptions { Outputs = 10, Hidden = [100], Dropout = 0.5f }).Build(Shape.Batch(28, 28, 1));
        const string Expected = """
            layer               kind        output    parameters  multiply-adds  notes
            flatten             flatten     [N, 784]           0              0
            hidden1             dense       [N, 100]      78,400         78,400  bias dropped: the batch normalisation behind it would subtract it
            hidden1.bn          batch_norm  [N, 100]         200            100
            hidden1.activation  activation  [N, 100]           0              0  relu
            hidden1.dropout     dropout     [N, 100]           0              0  drops 50 % in training
            output              dense       [N, 10]        1,010          1,000
            total                                         79,610         79,500

            """;
        Assert.Equal(Expected.ReplaceLineEndings("\n"), ModelSummary.Of(model).ToText());
    }

    [Fact]
    public void Totals_agree_with_the_model()
    {
        var model = Mlp.Create(new ModelOptions { Outputs = 10, BatchNorm = BatchNormOptions.Frozen }).Build(Shape.Batch(784));
        var summary = ModelSummary.Of(model);
        Assert.Equal(model.Parameters.Elements, summary.Parameters);
        Assert.Equal(model.Parameters.Elements - 600, summary.TrainableParameters);
        Assert.Equal(3 * ((2 * 100) + 2), summary.States);
        Assert.Equal((784 * 100) + 20_000 + 1000 + 300, summary.MultiplyAdds);
        var norm = summary.Layers.Single(static layer => layer.Name == "hidden2.bn");
        Assert.Equal<string>(["trains with running statistics", "running statistics stay", "constant: gamma, beta"], norm.Notes);
        Assert.EndsWith("99,710 parameters are trained\n", summary.ToText().Replace("  ", " ", StringComparison.Ordinal));
    }

    [Fact]
    public void Layers_that_only_hold_others_have_no_line_and_sums_have_one()
    {
        var summary = ModelSummary.Of(new Sequential(("block", new Residual(new Sequential(("fc", new Dense(5)))))).Build(Shape.Batch(5)));
        Assert.Equal([("block.branch.fc", "dense", 30L), ("block", "residual", 0L)], summary.Layers.Select(static layer => (layer.Name, layer.Kind, layer.Parameters)));
    }

    [Fact]
    public void A_single_layer_has_one_line()
    {
        var layer = Assert.Single(ModelSummary.Of(new Dense(4).Build(Shape.Batch(5))).Layers);
        Assert.Equal(("dense", 24L, 20L), (layer.Kind, layer.Parameters, layer.MultiplyAdds));
    }

    [Fact]
    public void A_model_built_from_nodes_has_a_line_per_step()
    {
        var input = new InputNode("x", Shape.Batch(5));
        var weight = new ParameterNode("w", Shape.Of(5, 4), Constant.One, decays: true);
        var product = new MatrixProductNode("product", input.Output, weight.Output);
        var activation = new ActivationNode("activation", product.Output, "relu");
        var summary = ModelSummary.Of(new Model(input, activation.Output, 0));
        Assert.Equal([("product", "MatrixProduct", 20L, 20L), ("activation", "Activation", 0L, 0L)], summary.Layers.Select(static layer => (layer.Name, layer.Kind, layer.Parameters, layer.MultiplyAdds)));
    }
}
