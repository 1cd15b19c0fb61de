using Evenkeel.Graph;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Models;

namespace Evenkeel.Layers.Tests.Layers;

public sealed class SequenceLayerTests
{
    private static readonly Shape Sequence = Shape.Batch(6, 4);

    [Fact]
    public void The_mask_reaches_all_layers_inside_and_none_behind()
    {
        var inner = new Sequential(new BatchNorm(), new Sequential(new MultiHeadAttention(2), new Lstm(3)), new SequencePool());
        var model = new Sequential(new Masked(inner), new BatchNorm()).Build(Sequence);
        Assert.Single(model.Nodes.OfType<SequenceMaskNode>());
        Assert.Single(model.Nodes.OfType<MaskedBatchNormNode>());
        Assert.Single(model.Nodes.OfType<BatchNormNode>());
        Assert.NotNull(model.Nodes.OfType<AttentionNode>().Single().Mask);
        Assert.NotNull(model.Nodes.OfType<SequencePoolNode>().Single().Mask);
        Assert.Contains(model.Parameters, static tensor => tensor.Name == "masked1.batch_norm1.gamma");
        Assert.Empty(inner.Build(Sequence).Nodes.OfType<SequenceMaskNode>());
    }

    [Fact]
    public void Images_are_read_row_by_row()
    {
        Assert.Equal(Shape.Batch(5, 6), new Rows().Build(Shape.Batch(5, 3, 2)).Output.Shape);
        Assert.Equal(Shape.Batch(6), new Masked(new SequencePool()).Build(Shape.Batch(5, 3, 2)).Output.Shape);
        Assert.Equal(Shape.Batch(6, 4), new Rows().Build(Sequence).Output.Shape);
    }

    [Fact]
    public void Options_that_have_no_meaning_are_refused()
    {
        void Refused(Layer layer, Shape input) => Assert.Equal("EK0120", Assert.Throws<LayerException>(() => layer.Build(input)).Code);
        Refused(new Embedding(0, 3), Shape.Batch(6));
        Refused(new Embedding((1 << 24) + 1, 1), Shape.Batch(6));
        Refused(new Embedding(3, 0), Shape.Batch(6));
        Refused(new Embedding(3, 3, new EmbeddingOptions { Padding = 3 }), Shape.Batch(6));
        Refused(new MultiHeadAttention(3), Sequence);
        Refused(new MultiHeadAttention(0), Sequence);
        Refused(new TransformerBlock(2, 0), Sequence);
        Refused(new Masked(new Lstm(3, new RecurrentOptions { Normalization = RecurrentNormalization.BatchShared })), Sequence);
        Refused(new Masked(new Lstm(3, new RecurrentOptions { CarriesState = true })), Sequence);
        Refused(new Masked(new BatchNorm(new BatchNormOptions { GhostSize = 4 })), Sequence);
        Refused(new Masked(new BatchNorm(new BatchNormOptions { SampleWeight = 0.5f })), Sequence);
        Refused(new Masked(new BatchNorm(new BatchNormOptions { Scale = AffineParameter.Off })), Sequence);
        Refused(new Masked(new BatchNorm(new BatchNormOptions { StatisticsGradient = StatisticsGradient.None })), Sequence);
    }

    [Fact]
    public void Batch_normalisation_without_a_frozen_form_is_not_frozen_in_silence()
    {
        var model = new Sequential(("first", new Lstm(3, new RecurrentOptions { Normalization = RecurrentNormalization.BatchPerStep })), ("last", new Dense(2))).Build(Sequence);
        var error = Assert.Throws<GraphException>(() => model.Freeze("first"));
        Assert.Equal("EK0631", error.Code);
        Assert.Contains("use layer normalisation", error.Message, StringComparison.Ordinal);
        Assert.All(model.Freeze("last").ParameterNodes.Where(static node => node.Name.StartsWith("last", StringComparison.Ordinal)), static node => Assert.False(node.IsTrainable));
    }

    [Fact]
    public void Inputs_that_are_no_sequence_are_refused()
    {
        void Refused(Layer layer, Shape input) => Assert.Equal("EK0121", Assert.Throws<LayerException>(() => layer.Build(input)).Code);
        Refused(new Embedding(3, 3), Sequence);
        foreach (var layer in new Layer[] { new SequencePool(), new MultiHeadAttention(2), new TransformerBlock(2, 4), new PositionEmbedding(), new Rows() }) Refused(layer, Shape.Batch(4));
        Refused(new Masked(new SequencePool()), Shape.Batch(4, 4, 4, 4));
    }
}
