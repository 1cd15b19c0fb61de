using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Book = Evenkeel.Reference;

namespace Evenkeel.Graph.Tests;

/// <summary>Runs a graph in double precision with the book's formulas: what the nodes mean, without the engine.</summary>
internal sealed partial class GraphInterpreter(int count)
{
    private readonly Dictionary<Value, double[]> _values = new(ReferenceEqualityComparer.Instance);

    public GraphInterpreter With(Value value, double[] numbers)
    {
        Assert.Equal(value.Shape.Elements(count), numbers.Length);
        _values[value] = numbers;
        return this;
    }

    public double[] Run(Value target)
    {
        foreach (var node in NodeOrder.Of(target))
        {
            if (node.Outputs.All(_values.ContainsKey)) continue;
            var inputs = node.Inputs.Select(input => _values[input]).ToArray();
            foreach (var (value, numbers) in Evaluate(node, inputs)) With(value, numbers);
        }

        return _values[target];
    }

    private IEnumerable<(Value Value, double[] Numbers)> Evaluate(Node node, double[][] x)
    {
        switch (node)
        {
            case OneNode one:
                return [(one.Output, [1])];
            case MatrixProductNode product:
                var (m, n) = (product.Output.Shape.IsBatched ? count : product.Output.Shape.Sizes[0], product.Output.Shape.Channels);
                return [(product.Output, Book.MatrixProduct.Multiply(x[0], x[1], m, n, x[0].Length / m, product.TransposeLeft, product.TransposeRight))];
            case BiasAddNode bias:
                return [(bias.Output, [.. x[0].Select((value, i) => value + x[1][i % x[1].Length])])];
            case ColumnSumNode sum:
                return [(sum.Output, [.. Enumerable.Range(0, sum.Output.Shape.Channels).Select(c => x[0].Where((_, i) => i % sum.Output.Shape.Channels == c).Sum())])];
            case AddNode add:
                return [(add.Output, [.. x[0].Zip(x[1], static (left, right) => left + right)])];
            case MultiplyNode multiply:
                return [(multiply.Output, [.. x[0].Zip(x[1], static (left, right) => left * right)])];
            case ScaleNode scale:
                return [(scale.Output, [.. x[0].Select(value => value * x[1][0])])];
            case ReshapeNode reshape:
                return [(reshape.Output, x[0])];
            case ActivationNode activation:
                return [(activation.Output, Book.Activation.Named(activation.Activation).Apply(x[0]))];
            case ActivationBackwardNode backward:
                return [(backward.Output, Book.Activation.Named(backward.Activation).Backward(x[0], x[1]))];
            case BatchNormNode { Options.NormalizeWith: NormalizeWith.BatchStatistics } norm:
                return [(norm.Output, Book.BatchNorm.Forward(x[0], norm.Input.Shape.Channels, Of(norm.Gamma), Of(norm.Beta), norm.Options.Epsilon).Y), (norm.Transform, Gamma(norm)), (norm.Candidate, new double[norm.Candidate.Shape.ElementsPerSample])];
            case BatchNormBackwardNode backward:
                // The transform's scale row carries gamma here, since the book computes the statistics anew.
                var channels = backward.InputCotangent.Shape.Channels;
                var gradients = Book.BatchNormBackward.Compact(x[0], x[1], channels, x[2][..channels], backward.Options.Epsilon);
                return [(backward.InputCotangent, gradients.X), (backward.GammaCotangent, gradients.Gamma), (backward.BetaCotangent, gradients.Beta)];
            case SoftmaxCrossEntropyNode loss:
                int[] labels = [.. x[1].Select(static label => (int)label)];
                return [(loss.Loss, [Book.SoftmaxCrossEntropy.Loss(x[0], labels, loss.Gradient.Shape.Channels)]), (loss.Gradient, Book.SoftmaxCrossEntropy.Gradient(x[0], labels, loss.Gradient.Shape.Channels)), (loss.Correct, [0])];
            case MeanSquaredErrorNode loss:
                return [(loss.Loss, [Book.MeanSquaredError.Loss(x[0], x[1])]), (loss.Gradient, Book.MeanSquaredError.Gradient(x[0], x[1]))];
            default:
                return Catalogue(node, x) ?? throw new NotSupportedException(node.ToString());
        }
    }

    private double[]? Of(Value? value) => value is null ? null : _values[value];

    private double[] Gamma(BatchNormNode norm)
    {
        var transform = new double[norm.Transform.Shape.ElementsPerSample];
        (Of(norm.Gamma) ?? [.. Enumerable.Repeat(1.0, norm.Input.Shape.Channels)]).CopyTo(transform, 0);
        return transform;
    }
}
