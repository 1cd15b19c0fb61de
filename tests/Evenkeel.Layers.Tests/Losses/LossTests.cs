using Evenkeel.Graph;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Losses;

namespace Evenkeel.Layers.Tests.Losses;

public sealed class LossTests
{
    [Fact]
    public void Softmax_cross_entropy_takes_integer_labels_and_counts_what_is_right()
    {
        var terms = new SoftmaxCrossEntropy().Apply(new InputNode("logits", Shape.Batch(10)).Output);
        Assert.Equal(ElementKind.Integer, terms.Target.Elements);
        Assert.Equal(Shape.Batch(), terms.Target.Output.Shape);
        Assert.Equal(Shape.Scalar, terms.Loss.Shape);
        Assert.Equal(Shape.Scalar, terms.Correct!.Shape);
    }

    [Fact]
    public void Label_smoothing_reaches_the_node_and_the_description()
    {
        var loss = new SoftmaxCrossEntropy { LabelSmoothing = 0.1f };
        Assert.Equal(0.1f, Assert.IsType<SoftmaxCrossEntropyNode>(loss.Apply(new InputNode("logits", Shape.Batch(10)).Output).Loss.Producer).LabelSmoothing);
        Assert.Equal("softmax_cross_entropy(label smoothing 0.1)", loss.ToString());
        Assert.Equal("softmax_cross_entropy", new SoftmaxCrossEntropy().ToString());
        foreach (var wrong in new[] { -0.1f, 1, float.NaN })
        {
            Assert.Equal("EK0120", Assert.Throws<LayerException>(() => new SoftmaxCrossEntropy { LabelSmoothing = wrong }).Code);
            var labels = new InputNode("labels", Shape.Batch(), ElementKind.Integer).Output;
            Assert.Equal("EK0105", Assert.Throws<GraphException>(() => new SoftmaxCrossEntropyNode("loss", new InputNode("logits", Shape.Batch(10)).Output, labels, wrong)).Code);
        }
    }

    [Fact]
    public void Mean_squared_error_takes_targets_shaped_as_the_output()
    {
        var terms = new MeanSquaredError().Apply(new InputNode("output", Shape.Batch(4, 3)).Output);
        Assert.Equal(ElementKind.Float, terms.Target.Elements);
        Assert.Equal(Shape.Batch(4, 3), terms.Target.Output.Shape);
        Assert.Equal(Shape.Scalar, terms.Loss.Shape);
        Assert.Null(terms.Correct);
    }

    [Fact]
    public void Losses_of_values_take_targets_shaped_as_the_output()
    {
        foreach (var name in LossTable.Names.Where(static name => name != "softmax_cross_entropy"))
        {
            var terms = LossTable.Create(name).Apply(new InputNode("output", Shape.Batch(4)).Output);
            Assert.Equal((ElementKind.Float, Shape.Batch(4), Shape.Scalar), (terms.Target.Elements, terms.Target.Output.Shape, terms.Loss.Shape));
        }
    }

    [Fact]
    public void Hubers_delta_is_above_zero_and_in_the_description()
    {
        Assert.Equal("huber(delta 2)", new Huber { Delta = 2 }.ToString());
        Assert.Equal(2, Assert.IsType<HuberNode>(new Huber { Delta = 2 }.Apply(new InputNode("output", Shape.Batch(4)).Output).Loss.Producer).Parameter);
        foreach (var wrong in new[] { 0, -1, float.NaN, float.PositiveInfinity }) Assert.Equal("EK0120", Assert.Throws<LayerException>(() => new Huber { Delta = wrong }).Code);
    }

    [Fact]
    public void Classes_need_logits_of_two_dimensions() =>
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new SoftmaxCrossEntropy().Apply(new InputNode("x", Shape.Batch(2, 2)).Output)).Code);

    [Fact]
    public void The_table_makes_every_loss_under_its_own_name()
    {
        Assert.Equal(["binary_cross_entropy", "hinge", "huber", "kullback_leibler", "mean_absolute_error", "mean_squared_error", "soft_cross_entropy", "softmax_cross_entropy"], LossTable.Names);
        Assert.All(LossTable.Names, static name => Assert.Equal(name, LossTable.Create(name).Name));
        var error = Assert.Throws<LayerException>(() => LossTable.Create("softmax_crossentropy"));
        Assert.Equal("EK0122", error.Code);
        Assert.Contains("Did you mean 'softmax_cross_entropy'?", error.Message);
        Assert.Equal("EK0128", Assert.Throws<LayerException>(() => LossTable.Register("mean_squared_error", static () => new MeanSquaredError())).Code);
    }
}
