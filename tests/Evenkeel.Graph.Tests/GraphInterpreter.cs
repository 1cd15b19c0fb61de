using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels.Pooling;
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
                var (m, n) = (product.Output.Shape.IsBatched ? product.Output.Shape.Rows(count) : product.Output.Shape.Sizes[0], product.Output.Shape.Channels);
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
                return Forward(norm, x[0]);
            case BatchNormBackwardNode backward:
                var gradients = Backward(backward, x);
                return [(backward.InputCotangent, gradients.X), (backward.GammaCotangent, gradients.Gamma), (backward.BetaCotangent, gradients.Beta)];
            case SoftmaxCrossEntropyNode loss:
                int[] labels = [.. x[1].Select(static label => (int)label)];
                return [(loss.Loss, [Book.SoftmaxCrossEntropy.Loss(x[0], labels, loss.Gradient.Shape.Channels)]), (loss.Gradient, Book.SoftmaxCrossEntropy.Gradient(x[0], labels, loss.Gradient.Shape.Channels)), (loss.Correct, [0])];
            case ConvolutionNode convolution:
                return [(convolution.Output, Book.Convolution.Forward(Geometry(convolution), count, x[0], x[1]))];
            case ConvolutionInputGradientNode gradient:
                return [(gradient.Output, Book.Convolution.InputGradient(Geometry(gradient), count, x[0], x[1]))];
            case ConvolutionFilterGradientNode gradient:
                return [(gradient.Output, Book.Convolution.FilterGradient(Geometry(gradient), count, x[0], x[1]))];
            case MaxPoolingNode pooling:
                var (rows, columns) = Windows(pooling.Geometry);
                var maximum = Book.Pooling.Maximum(x[0], rows, columns, pooling.Geometry.Channels);
                return [(pooling.Output, maximum.Y), (pooling.Positions, Array.ConvertAll(maximum.Positions, static position => (double)position))];
            case MaxPoolingBackwardNode backward:
                (rows, columns) = Windows(backward.Geometry);
                return [(backward.Output, Book.Pooling.MaximumBackward(x[0], Array.ConvertAll(x[1], static position => (int)position), rows, columns, backward.Geometry.Channels))];
            case AveragePoolingNode pooling:
                (rows, columns) = Windows(pooling.Geometry);
                return [(pooling.Output, Book.Pooling.Average(x[0], rows, columns, pooling.Geometry.Channels, Divisor(pooling.Divisor)))];
            case AveragePoolingBackwardNode backward:
                (rows, columns) = Windows(backward.Geometry);
                return [(backward.Output, Book.Pooling.AverageBackward(x[0], rows, columns, backward.Geometry.Channels, Divisor(backward.Divisor)))];
            case SliceNode slice:
                return [(slice.Output, [.. Places(slice.Slice, slice.Inputs[0].Shape).Select(place => x[0][place])])];
            case ZeroPadNode pad:
                var padded = new double[pad.Output.Shape.Elements(count)];
                foreach (var (place, i) in Places(pad.Slice, pad.Output.Shape).Select(static (place, i) => (place, i))) padded[place] = x[0][i];
                return [(pad.Output, padded)];
            case ConcatenationNode concatenation:
                var channelsOf = concatenation.Inputs.Select(static input => input.Shape.Channels).ToArray();
                return [(concatenation.Output, [.. Enumerable.Range(0, x[0].Length / channelsOf[0]).SelectMany(pixel => x.SelectMany((part, i) => part.Skip(pixel * channelsOf[i]).Take(channelsOf[i])))])];
            default:
                return Catalogue(node, x) ?? throw new NotSupportedException(node.ToString());
        }
    }

    private double[]? Of(Value? value) => value is null ? null : _values[value];

    /// <summary>Where the elements of a slice stand in the whole tensor, in the slice's order.</summary>
    private IEnumerable<int> Places(ImageSlice slice, Shape whole)
    {
        var (height, width) = whole.Rank == 4 ? (whole.Sizes[0], whole.Sizes[1]) : (1, 1);
        return from sample in Enumerable.Range(0, count)
               from row in Enumerable.Range(0, slice.Rows.Count)
               from column in Enumerable.Range(0, slice.Columns.Count)
               from channel in Enumerable.Range(0, slice.Channels.Count)
               let pixel = (((sample * height) + slice.Rows.Start + (row * slice.Rows.Step)) * width) + slice.Columns.Start + (column * slice.Columns.Step)
               select (pixel * whole.Channels) + slice.Channels.Start + channel;
    }

    private static Book.ConvolutionGeometry Geometry(ConvolutionProductNode node)
    {
        var g = node.Geometry;
        return new(g.Height, g.Width, g.Channels, g.Filters, g.KernelHeight, g.KernelWidth)
        {
            StrideHeight = g.StrideHeight,
            StrideWidth = g.StrideWidth,
            PaddingTop = g.PaddingTop,
            PaddingBottom = g.PaddingBottom,
            PaddingLeft = g.PaddingLeft,
            PaddingRight = g.PaddingRight,
            DilationHeight = g.DilationHeight,
            DilationWidth = g.DilationWidth,
            Groups = g.Groups,
        };
    }

    private static (Book.PoolingWindows Rows, Book.PoolingWindows Columns) Windows(PoolingShape shape) => (Windows(shape.Rows), Windows(shape.Columns));

    // Padding shows in the counts alone; a window keeps its length whatever side it is cut at.
    private static Book.PoolingWindows Windows(PoolingAxis axis) =>
        new(axis.Size, [.. Enumerable.Range(0, axis.Outputs).Select(i => axis.Starts[i] == 0 ? (axis.Ends[i] - axis.Counts[i], axis.Ends[i]) : (axis.Starts[i], axis.Starts[i] + axis.Counts[i]))]);

    private static Func<int, int, double> Divisor(PoolingDivisor divisor) =>
        (inputs, places) => divisor switch { PoolingDivisor.Inputs => inputs, PoolingDivisor.Places => places, _ => 1 };
}
