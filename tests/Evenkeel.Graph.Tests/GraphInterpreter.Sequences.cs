using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Book = Evenkeel.Reference;

namespace Evenkeel.Graph.Tests;

/// <summary>The nodes of sequences.</summary>
internal sealed partial class GraphInterpreter
{
    private IEnumerable<(Value Value, double[] Numbers)> OverTime(Node node, double[][] x)
    {
        switch (node)
        {
            case RepeatNode repeat:
                return [(repeat.Output, [.. Enumerable.Repeat(x[0], repeat.Times).SelectMany(static copy => copy)])];
            case RepeatSumNode sum:
                var channels = sum.Output.Shape.Channels;
                return [(sum.Output, [.. Enumerable.Range(0, channels).Select(c => x[0].Where((_, i) => i % channels == c).Sum())])];
            case RecurrentNode recurrent:
                var run = Run(recurrent);
                return recurrent.Outputs.Select(value =>
                    value == recurrent.Output ? (value, run.Output)
                    : value == recurrent.LastHidden ? (value, run.LastHidden)
                    : value == recurrent.LastCell ? (value, run.LastMemory)
                    : value == recurrent.Previous ? (value, run.Previous)
                    : Unread(value));
            case RecurrentBackwardNode backward:
                var gradients = Run(backward.Forward).Backward(Of(backward.OutputCotangent), Of(backward.LastHiddenCotangent), Of(backward.LastCellCotangent));
                return ((Value?, double[])[])[
                    (backward.ProjectedCotangent, gradients.Projected), (backward.RecurrentCotangent, gradients.Recurrent), (backward.InitialHiddenCotangent, gradients.Hidden), (backward.InitialCellCotangent, gradients.Memory),
                    (backward.HiddenGammaCotangent, gradients.HiddenGamma), (backward.CellGammaCotangent, gradients.CellGamma), (backward.CellBetaCotangent, gradients.CellBeta)]
                    is var all ? all.Where(static pair => pair.Item1 is not null).Select(static pair => (pair.Item1!, pair.Item2)) : [];
            default:
                throw new NotSupportedException(node.ToString());
        }
    }

    private IEnumerable<(Value Value, double[] Numbers)> Padded(Node node, double[][] x)
    {
        switch (node)
        {
            case SequenceMaskNode mask:
                return [(mask.Output, Book.SequencePooling.Mask(x[0], x[0].Length / (int)mask.Output.Shape.Elements(count), mask.Padding))];
            case SequencePoolNode pool:
                return [(pool.Output, Book.SequencePooling.Forward(x[0], Of(pool.Mask), pool.Inputs[0].Shape.Sizes[0], pool.Output.Shape.Channels, pool.Pooling == SequencePooling.Mean))];
            case SequencePoolBackwardNode backward:
                return [(backward.Output, Book.SequencePooling.Backward(x[0], Of(backward.Mask), backward.Output.Shape.Sizes[0], backward.Output.Shape.Channels, backward.Pooling == SequencePooling.Mean))];
            case MaskedBatchNormNode norm:
                // The book computes statistics anew in its backward formulas; the transform's first row carries gamma to them.
                double[] transform = [.. x[2], .. new double[norm.Transform.Shape.ElementsPerSample - x[2].Length]];
                var y = norm.Options.NormalizeWith == NormalizeWith.BatchStatistics
                    ? Book.MaskedBatchNorm.Forward(x[0], x[1], norm.Output.Shape.Channels, x[2], x[3], norm.Options.Epsilon)
                    : Book.MaskedBatchNorm.ForwardWith(Corrected(norm, norm.RunningMean), Corrected(norm, norm.RunningVariance), x[0], x[1], norm.Output.Shape.Channels, x[2], x[3], norm.Options.Epsilon);
                return [(norm.Output, y), (norm.Transform, transform), Unread(norm.Candidate)];
            case MaskedBatchNormBackwardNode backward:
                var (channels, forward) = (backward.InputCotangent.Shape.Channels, (MaskedBatchNormNode)backward.Inputs[3].Producer);
                if (!backward.ThroughStatistics) return Gradients(backward.Outputs, Book.MaskedBatchNorm.Frozen(x[0], x[1], x[2], channels, Corrected(forward, forward.RunningMean), Corrected(forward, forward.RunningVariance), x[3][..channels], forward.Options.Epsilon));
                return Gradients(backward.Outputs, Book.MaskedBatchNorm.Backward(x[0], x[1], x[2], channels, x[3][..channels], forward.Options.Epsilon));
            default:
                throw new NotSupportedException(node.ToString());
        }
    }

    private double[] Corrected(MaskedBatchNormNode norm, Value raw) => Array.ConvertAll(_values[raw], number => number / _values[norm.RunningWeight][0]);

    private Book.AttentionSettings SettingsOf(AttentionNode node) => new(node.Steps, node.Units, node.Heads) { IsCausal = node.IsCausal, Mask = Of(node.Mask) };

    private Book.Recurrent Run(RecurrentNode node)
    {
        var norm = node.Extras.Norm;
        return Book.Recurrent.Forward(Of(node.Projected)!, Of(node.Weight)!, new Book.RecurrentSettings(node.Cell.ToString().ToLowerInvariant(), node.Steps, node.Units)
        {
            Bias = Of(node.Extras.Bias),
            Hidden = Of(node.Extras.InitialHidden),
            Memory = Of(node.Extras.InitialCell),
            ByLayer = norm?.IsLayer,
            HiddenGamma = Of(norm?.HiddenGamma),
            CellGamma = Of(norm?.CellGamma),
            CellBeta = Of(norm?.CellBeta),
            Epsilon = norm?.Options.Epsilon ?? 0,
        }, count);
    }
}
