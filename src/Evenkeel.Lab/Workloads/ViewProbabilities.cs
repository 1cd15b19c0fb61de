using System.Collections.Immutable;
using Evenkeel.Data.Datasets;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Training.Evaluation;

namespace Evenkeel.Lab.Workloads;

/// <summary>A trained network's class probabilities on samples, averaged over views of each, and over networks.</summary>
/// <remarks>The paper averages probabilities over crops and over networks (Ioffe and Szegedy 2015, section 4.2.3).</remarks>
internal sealed class ViewProbabilities
{
    private const int BatchSize = 250;

    public ViewProbabilities(Model model, Dataset test, ImmutableArray<TestView> views)
    {
        var (classes, length) = (test.Target.ClassCount, test.Shape.Length);
        Labels = [.. Enumerable.Range(0, test.Count).Select(i => (double)test.ReadLabel(i))];
        Values = new double[test.Count * classes];
        using var plan = EvaluationPlan.Compile(model, options: new PlanOptions { Capacity = Math.Min(BatchSize, test.Count), Threads = 1 });
        var total = views.Sum(static view => view.Weight);
        foreach (var view in views)
        {
            var seen = new ViewDataset(test, view);
            for (var first = 0; first < test.Count; first += BatchSize)
            {
                var count = Math.Min(BatchSize, test.Count - first);
                var features = new float[count * length];
                for (var i = 0; i < count; i++) seen.Read(first + i, features.AsSpan(i * length, length));
                Add(plan.Run(features), first, classes, view.Weight / total);
            }
        }

        Accuracy = AccuracyOf(Values, Labels);
    }

    public double[] Values { get; }

    public double[] Labels { get; }

    public double Accuracy { get; }

    /// <summary>The accuracy of the mean of several networks' probabilities.</summary>
    public static double AccuracyOfMean(IReadOnlyList<double[]> probabilities, double[] labels) =>
        AccuracyOf([.. Enumerable.Range(0, probabilities[0].Length).Select(i => probabilities.Average(own => own[i]))], labels);

    private static double AccuracyOf(double[] probabilities, double[] labels)
    {
        var classes = probabilities.Length / labels.Length;
        return Enumerable.Range(0, labels.Length).Count(i => Array.IndexOf(probabilities, probabilities.AsSpan(i * classes, classes).ToArray().Max(), i * classes, classes) - (i * classes) == (int)labels[i]) / (double)labels.Length;
    }

    private void Add(ReadOnlySpan<float> logits, int first, int classes, double weight)
    {
        for (var row = 0; row < logits.Length / classes; row++)
        {
            var own = logits.Slice(row * classes, classes);
            var (largest, total) = ((double)own[TestPart.Largest(own)], 0.0);
            foreach (var logit in own) total += Math.Exp(logit - largest);
            for (var c = 0; c < classes; c++) Values[((first + row) * classes) + c] += weight * Math.Exp(own[c] - largest) / total;
        }
    }
}
