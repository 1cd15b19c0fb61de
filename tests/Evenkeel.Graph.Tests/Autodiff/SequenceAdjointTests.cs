using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.TestKit;
using static Evenkeel.Graph.Tests.Autodiff.AdjointCheck;

namespace Evenkeel.Graph.Tests.Autodiff;

/// <summary>Embeddings, padded sequences and attention: every gradient against central differences, in double.</summary>
public sealed class SequenceAdjointTests
{
    /// <summary>Sequences of 3, 1, 2, 0 and 3 steps.</summary>
    private static readonly double[] Steps = [1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1];

    private static readonly Value Mask = Input("mask", Shape.Batch(3));

    [Fact]
    public void Rows_of_a_table_have_their_gradients_and_padding_has_none()
    {
        var (ids, table) = (Input("ids", Shape.Batch(3)), Input("w", Shape.Of(4, 2)));
        var known = new Dictionary<Value, double[]> { [ids] = [0, 1, 1, 3, 2, 0, 1, 1, 2, 3, 3, 3, 0, 2, 1] };
        CheckKnown(new EmbeddingNode("table", ids, table).Output, known, table);
        CheckKnown(new EmbeddingNode("table", ids, table, padding: 1).Output, known, table);
    }

    [Theory]
    [InlineData(SequencePooling.Last, false)]
    [InlineData(SequencePooling.Last, true)]
    [InlineData(SequencePooling.Mean, false)]
    [InlineData(SequencePooling.Mean, true)]
    public void Pooled_steps_have_their_gradients(SequencePooling pooling, bool isMasked)
    {
        var x = Input("x", Shape.Batch(3, 2));
        CheckKnown(new SequencePoolNode("pool", x, isMasked ? Mask : null, pooling).Output, new() { [Mask] = Steps }, x);
    }

    [Fact]
    public void Normalisation_of_valid_steps_has_its_gradients()
    {
        var (x, gamma, beta) = (Input("x", Shape.Batch(3, 2)), Input("gamma", Shape.Of(2)), Input("beta", Shape.Of(2)));
        RunningValues running = new(Input("mean", Shape.Of(2)), Input("variance", Shape.Of(2)), Input("weight", Shape.Of(2)));
        var norm = new MaskedBatchNormNode("norm", x, Mask, gamma, beta, running, BatchNormOptions.Default with { Epsilon = 0.1f });
        CheckKnown(norm.Output, new() { [Mask] = Steps }, x, gamma, beta);
        Dictionary<Value, double[]> known = new() { [Mask] = Steps, [running.Mean] = [0.5, -1], [running.Variance] = [0.4, 1.2], [running.Weight] = [0.8, 3] };
        CheckKnown(norm.With(norm.Options with { NormalizeWith = NormalizeWith.RunningStatistics }).Output, known, x, gamma, beta);
    }

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(2, true, false)]
    [InlineData(2, false, true)]
    [InlineData(1, true, true)]
    public void Queries_keys_and_values_have_their_gradients(int heads, bool isCausal, bool isMasked)
    {
        var x = Input("x", Shape.Batch(3, 12));
        CheckKnown(new AttentionNode("attention", x, isMasked ? Mask : null, heads, isCausal).Output, new() { [Mask] = Steps }, x);
    }

    [Fact]
    public void A_mask_is_made_of_whole_steps_of_padding()
    {
        var x = Input("x", Shape.Batch(3, 2));
        var numbers = new SeededRandom(3).Normals(2 * 3 * 2);
        (numbers[2], numbers[4], numbers[5]) = (-1, -1, -1);
        Assert.Equal([1, 1, 0, 1, 1, 1], new GraphInterpreter(2).With(x, numbers).Run(new SequenceMaskNode("mask", x, -1).Output));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        var (x, rows, two) = (Input("x", Shape.Batch(3, 6)), Input("rows", Shape.Batch(6)), Input("two", Shape.Batch(2)));
        RunningValues running = new(Input("mean", Shape.Of(6)), Input("variance", Shape.Of(6)), Input("weight", Shape.Of(2)));
        var channels = Input("c", Shape.Of(6));
        void Refused(string code, Func<Node> make) => Assert.Equal(code, Assert.Throws<GraphException>(make).Code);
        Refused("EK0101", () => new EmbeddingNode("n", x, channels));
        Refused("EK0101", () => new SequenceMaskNode("n", channels, 0));
        Refused("EK0101", () => new SequencePoolNode("n", rows, null, SequencePooling.Last));
        Refused("EK0101", () => new SequencePoolNode("n", x, two, SequencePooling.Last));
        Refused("EK0101", () => new AttentionNode("n", x, null, 4, false));
        Refused("EK0101", () => new AttentionNode("n", x, two, 2, false));
        Refused("EK0101", () => new AttentionNode("n", rows, null, 1, false));
        Refused("EK0101", () => new MaskedBatchNormNode("n", x, two, channels, channels, running, BatchNormOptions.Default));
        Refused("EK0101", () => new MaskedBatchNormNode("n", x, Mask, Input("g", Shape.Of(5)), channels, running, BatchNormOptions.Default));
        Refused("EK0105", () => new MaskedBatchNormNode("n", x, Mask, channels, channels, running, BatchNormOptions.Default with { Epsilon = 0 }));
        Refused("EK0105", () => new MaskedBatchNormNode("n", x, Mask, channels, channels, running, BatchNormOptions.Default with { GhostSize = 4 }));
    }
}
