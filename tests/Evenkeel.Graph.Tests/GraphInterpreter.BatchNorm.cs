using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Book = Evenkeel.Reference;

namespace Evenkeel.Graph.Tests;

/// <summary>The kinds of batch normalisation. The book computes statistics anew in its backward formulas; the transform's first row carries gamma to them.</summary>
internal sealed partial class GraphInterpreter
{
    private IEnumerable<(Value Value, double[] Numbers)> Forward(BatchNormNode norm, double[] x)
    {
        var (options, channels, correction) = (norm.Options, norm.Input.Shape.Channels, norm.Correction is { } value ? new double[value.Shape.ElementsPerSample] : []);
        double[] y;
        if (options.Renormalization is { } renormalization)
        {
            var weight = _values[norm.RunningWeight];
            double[] Running(Value raw, double untouched) => Array.ConvertAll(_values[raw], number => weight[0] == 0 ? untouched : number / weight[0]);
            var (maximumRatio, maximumOffset) = weight[0] == 0 ? (1, 0) : renormalization.LimitsAt((long)weight[1]);
            var (r, d) = Book.BatchRenorm.Corrections(x, channels, Running(norm.RunningMean, 0), Running(norm.RunningVariance, 1), options.Epsilon, maximumRatio, maximumOffset);
            correction = [.. r, .. d];
            y = Book.BatchRenorm.Forward(x, channels, r, d, Of(norm.Gamma), Of(norm.Beta), options.Epsilon);
        }
        else if (options.GhostSize > 0)
        {
            y = Book.GhostBatchNorm.Forward(x, norm.Input.Shape.RowsPerSample, channels, options.GhostSize, Of(norm.Gamma), Of(norm.Beta), options.Epsilon);
        }
        else
        {
            y = options.Divisor == BatchNormDivisor.StandardDeviation
                ? Book.BatchNorm.Forward(x, channels, Of(norm.Gamma), Of(norm.Beta), options.Epsilon).Y
                : Book.NormedBatchNorm.Forward(x, channels, Power(options.Divisor), Of(norm.Gamma), Of(norm.Beta), options.Epsilon).Y;
        }

        yield return (norm.Output, y);
        var transform = new double[norm.Transform.Shape.ElementsPerSample];
        (Of(norm.Gamma) ?? [.. Enumerable.Repeat(1.0, channels)]).CopyTo(transform, 0);
        yield return (norm.Transform, transform);
        yield return Unread(norm.Candidate);
        if (norm.Correction is { } left) yield return (left, correction);
    }

    private static Book.BatchNormGradients Backward(BatchNormBackwardNode node, double[][] x)
    {
        var (options, shape) = (node.Options, node.InputCotangent.Shape);
        var (channels, gamma) = (shape.Channels, x[2][..shape.Channels]);
        if (options.Renormalization is not null) return Book.BatchRenorm.Backward(x[0], x[1], channels, x[3][..channels], x[3][channels..], gamma, options.Epsilon);
        if (options.GhostSize > 0) return Book.GhostBatchNorm.Backward(x[0], x[1], shape.RowsPerSample, channels, options.GhostSize, gamma, options.Epsilon);
        return options.Divisor == BatchNormDivisor.StandardDeviation
            ? Book.BatchNormBackward.Compact(x[0], x[1], channels, gamma, options.Epsilon)
            : Book.NormedBatchNorm.Backward(x[0], x[1], channels, Power(options.Divisor), gamma, options.Epsilon);
    }

    private static double Power(BatchNormDivisor divisor) => divisor switch { BatchNormDivisor.MeanAbsolute => 1, BatchNormDivisor.RootMeanSquare => 2, _ => double.PositiveInfinity };
}
