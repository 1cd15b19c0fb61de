using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Training.Metrics;

namespace Evenkeel.Training.Fitting;

/// <summary>Whether a dataset fits a model and its loss; found out before anything is compiled.</summary>
internal static class DataCheck
{
    /// <exception cref="TrainingException">EK0503: it does not.</exception>
    public static void Run(Model model, Loss loss, Dataset dataset)
    {
        Features(model, dataset);
        var target = loss.Apply(model.Output).Target;
        if (target.Elements == ElementKind.Integer)
        {
            var outputs = model.Output.Shape.Channels;
            if (dataset.Target.Kind != TargetKind.ClassIndex) throw TrainingErrors.DataMismatch(dataset.Name, $"targets of {dataset.Target}", "class labels", "Use a loss for values, such as MeanSquaredError, or a dataset with labels.");
            if (dataset.Target.ClassCount > outputs)
                throw TrainingErrors.DataMismatch(dataset.Name, dataset.Target.ToString(), TrainingErrors.Invariant($"at most {outputs}, one per output"), "Give the last layer one unit per class.");
            return;
        }

        var values = target.Output.Shape.ElementsPerSample;
        if (dataset.Target.Kind != TargetKind.Values) throw TrainingErrors.DataMismatch(dataset.Name, $"targets of {dataset.Target}", TrainingErrors.Invariant($"{values} values per sample"), "Use a loss for classes, such as SoftmaxCrossEntropy, or a dataset with values.");
        if (dataset.Target.Width != values)
            throw TrainingErrors.DataMismatch(dataset.Name, TrainingErrors.Invariant($"{dataset.Target.Width} target values per sample"), TrainingErrors.Invariant($"{values}"), "Give the last layer one unit per target value.");
    }

    /// <exception cref="TrainingException">EK0545: a metric cannot measure the targets.</exception>
    public static void Metrics(IEnumerable<Metric> metrics, Dataset dataset)
    {
        var unfit = dataset.Target.Kind == TargetKind.ClassIndex ? MetricTargets.Values : MetricTargets.Classes;
        if (metrics.FirstOrDefault(metric => metric.Targets == unfit) is { } metric) throw TrainingErrors.MetricMismatch(metric.Name, dataset.Name, dataset.Target.ToString(), unfit == MetricTargets.Values);
    }

    /// <exception cref="TrainingException">EK0503: the samples have another number of features than the model's input.</exception>
    public static void Features(Model model, Dataset dataset)
    {
        var features = model.Input.Output.Shape;
        if (dataset.Shape.Length != features.ElementsPerSample)
        {
            throw TrainingErrors.DataMismatch(dataset.Name, TrainingErrors.Invariant($"samples {dataset.Shape} of {dataset.Shape.Length} features"),
                TrainingErrors.Invariant($"{features} of {features.ElementsPerSample}"), "Build the model for the shape of the data.");
        }
    }
}
