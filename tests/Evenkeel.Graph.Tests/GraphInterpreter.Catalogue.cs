using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Book = Evenkeel.Reference;

namespace Evenkeel.Graph.Tests;

/// <summary>The nodes of the catalogue: each line is what a node means.</summary>
internal sealed partial class GraphInterpreter
{
    private IEnumerable<(Value Value, double[] Numbers)>? Catalogue(Node node, double[][] x) => node switch
    {
        PreluNode prelu => [(prelu.Output, Book.Prelu.Forward(x[0], x[1]))],
        PreluBackwardNode backward => [(backward.Output, Book.Prelu.Backward(x[0], x[1], x[2]).X)],
        PreluSlopeNode parts => [(parts.Output, [.. x[0].Zip(x[1], static (dy, v) => dy * Math.Min(0, v))])],
        MaxoutNode maxout => [(maxout.Output, Book.Maxout.Forward(x[0], maxout.Pieces, maxout.Output.Shape.Channels))],
        MaxoutBackwardNode backward => [(backward.Output, Book.Maxout.Backward(x[0], x[1], backward.Pieces, backward.Output.Shape.Channels / backward.Pieces))],
        LayerNormNode norm => [(norm.Output, norm.SubtractsMean
            ? Book.GroupNorm.Forward(x[0], 1, norm.Output.Shape.Channels, 1, Of(norm.Gamma), Of(norm.Beta), norm.Epsilon)
            : Book.GroupNorm.RootMeanSquare(x[0], norm.Output.Shape.Channels, Of(norm.Gamma), Of(norm.Beta), norm.Epsilon)), Unread(norm.Saved)],
        LayerNormBackwardNode backward => Gradients(backward.Outputs, backward.SubtractsMean
            ? Book.GroupNorm.Backward(x[0], x[1], 1, backward.InputCotangent.Shape.Channels, 1, Of(backward.Gamma), backward.Epsilon)
            : Book.GroupNorm.RootMeanSquareBackward(x[0], x[1], backward.InputCotangent.Shape.Channels, Of(backward.Gamma), backward.Epsilon)),
        GroupNormNode norm => [(norm.Output, Book.GroupNorm.Forward(x[0], norm.Output.Shape.RowsPerSample, norm.Output.Shape.Channels, norm.Groups, Of(norm.Gamma), Of(norm.Beta), norm.Epsilon)), Unread(norm.Saved)],
        GroupNormBackwardNode backward => Gradients(backward.Outputs, Book.GroupNorm.Backward(x[0], x[1], backward.InputCotangent.Shape.RowsPerSample, backward.InputCotangent.Shape.Channels, backward.Groups, Of(backward.Gamma), backward.Epsilon)),
        WeightNormNode norm => [(norm.Output, Book.WeightNorm.Forward(x[0], norm.Output.Shape.Channels, Of(norm.Gain), norm.Reparametrization == WeightReparametrization.Standardized, WeightNormNode.Epsilon)), Unread(norm.Transform)],
        WhiteningNode { UsesRunning: false } whitening => [(whitening.Output, Columns(Book.Whitening.Forward(x[0], whitening.InputShape.Channels, whitening.InputShape.Rows(count), whitening.Options.GroupSize, whitening.Options.Iterations, whitening.Options.Epsilon), Of(whitening.Gamma))), Unread(whitening.Candidate)],
        WhiteningBackwardNode { UsesRunning: false } backward => Whitening(backward, x),
        SpectralNormNode norm => Spectral(norm, x),
        SpectralNormBackwardNode backward => [(backward.Output, Book.SpectralNorm.Backward(x[0], x[1], x[2][..(x[1].Length / backward.Output.Shape.Channels)], x[2][(x[1].Length / backward.Output.Shape.Channels)..][..backward.Output.Shape.Channels], x[2][(x[2].Length / 2) - 1]))],
        WeightNormBackwardNode backward => WeightGradients(backward, Book.WeightNorm.Backward(x[0], x[1], backward.GainCotangent.Shape.Channels, Of(backward.Gain), backward.Reparametrization == WeightReparametrization.Standardized, WeightNormNode.Epsilon)),
        LocalResponseNormNode norm => [(norm.Output, Book.LocalResponseNorm.Forward(x[0], norm.Output.Shape.Channels, norm.Size, norm.Alpha, norm.Beta, norm.Bias))],
        LocalResponseNormBackwardNode backward => [(backward.InputCotangent, Book.LocalResponseNorm.Backward(x[0], x[1], backward.InputCotangent.Shape.Channels, backward.Size, backward.Alpha, backward.Beta, backward.Bias))],
        ElementLossNode loss => Loss(loss, BookOf(loss), x),
        SoftCrossEntropyNode loss => [
            (loss.Loss, [loss.Divergence ? Book.SoftCrossEntropy.Divergence(x[0], x[1], loss.Gradient.Shape.Channels) : Book.SoftCrossEntropy.Loss(x[0], x[1], loss.Gradient.Shape.Channels)]),
            (loss.Gradient, Book.SoftCrossEntropy.Gradient(x[0], x[1], loss.Gradient.Shape.Channels))],
        RecurrentNode or RecurrentBackwardNode or RepeatNode or RepeatSumNode => OverTime(node, x),
        EmbeddingNode embedding => [(embedding.Output, Book.Embedding.Forward(x[0], x[1], embedding.Output.Shape.Channels, embedding.Padding))],
        EmbeddingGradientNode gradient => [(gradient.Output, Book.Embedding.Backward(x[0], x[1], gradient.Output.Shape.Sizes[0], gradient.Output.Shape.Channels, gradient.Padding))],
        SequenceMaskNode or SequencePoolNode or SequencePoolBackwardNode or MaskedBatchNormNode or MaskedBatchNormBackwardNode => Padded(node, x),
        AttentionNode attention => [(attention.Output, Book.Attention.Forward(x[0], SettingsOf(attention))), (attention.Weights, Book.Attention.Weights(x[0], SettingsOf(attention)))],
        AttentionBackwardNode { Inputs: var inputs } backward => [(backward.Output, Book.Attention.Backward(x[0], x[1], SettingsOf((AttentionNode)inputs[2].Producer)))],
        _ => null,
    };

    private static (Value Value, double[] Numbers)[] Gradients(IReadOnlyList<Value> outputs, Book.BatchNormGradients gradients) => [(outputs[0], gradients.X), (outputs[1], gradients.Gamma), (outputs[2], gradients.Beta)];

    private (Value Value, double[] Numbers)[] Whitening(WhiteningBackwardNode node, double[][] x)
    {
        var (channels, values, options) = (node.InputShape.Channels, node.InputShape.Rows(count), node.Options);
        var w = Book.Whitening.Forward(x[1], channels, values, options.GroupSize, options.Iterations, options.Epsilon);
        double[] gamma = [.. Enumerable.Range(0, channels).Select(c => x[0].Zip(w, static (g, m) => g * m).Where((_, i) => i % channels == c).Sum())];
        return [(node.MomentCotangent, Book.Whitening.Backward(Columns(x[0], Of(node.Gamma)), x[1], channels, values, options.GroupSize, options.Iterations, options.Epsilon)), (node.GammaCotangent, gamma)];
    }

    private static double[] Columns(double[] matrix, double[]? factors) => factors is null ? matrix : [.. matrix.Select((value, i) => value * factors[i % factors.Length])];

    /// <summary>Vectors and singular value stand where the engine has doubles, which take two places each.</summary>
    private static (Value Value, double[] Numbers)[] Spectral(SpectralNormNode node, double[][] x)
    {
        var (w, v, u, sigma) = Book.SpectralNorm.Forward(x[0], x[1], x[2], node.Iterates ? 1 : 0);
        return [(node.Output, w), (node.Candidate, [.. v, .. u, sigma, .. new double[v.Length + u.Length + 1]])];
    }

    private static (Value Value, double[] Numbers)[] WeightGradients(WeightNormBackwardNode node, (double[] V, double[] Gain) gradients) => [(node.WeightCotangent, gradients.V), (node.GainCotangent, gradients.Gain)];

    /// <summary>What the engine's backward pass reads and the book computes anew.</summary>
    private (Value Value, double[] Numbers) Unread(Value value) => (value, new double[value.Shape.Elements(count)]);

    private static (Value Value, double[] Numbers)[] Loss(ElementLossNode node, Book.ElementLoss book, double[][] x) => [(node.Loss, [book.Loss(x[0], x[1])]), (node.Gradient, book.Gradient(x[0], x[1]))];

    private static Book.ElementLoss BookOf(ElementLossNode node) => node switch
    {
        MeanSquaredErrorNode => Book.ElementLoss.Squared,
        MeanAbsoluteErrorNode => Book.ElementLoss.Absolute,
        HuberNode => Book.ElementLoss.Huber(node.Parameter),
        BinaryCrossEntropyNode => Book.ElementLoss.Logistic,
        HingeNode => Book.ElementLoss.Hinge,
        _ => throw new NotSupportedException(node.ToString()),
    };
}
