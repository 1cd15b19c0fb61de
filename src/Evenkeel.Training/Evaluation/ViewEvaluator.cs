using System.Collections.Immutable;
using Evenkeel.Data.Datasets;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Records.RunLog;
using Evenkeel.Training.Metrics;

namespace Evenkeel.Training.Evaluation;

/// <summary>Measures a classifier on images that it sees in several views, whose logits are averaged.</summary>
public static class ViewEvaluator
{
    /// <summary>Measures a model once.</summary>
    /// <param name="model">The model; its outputs are logits.</param>
    /// <param name="loss">A loss for classes; the plain cross-entropy of the averaged logits is what is reported.</param>
    /// <param name="dataset">Labelled images <c>[H, W, C]</c> or <c>[H, W]</c>, transformed as the model wants them.</param>
    /// <param name="views">At least one, none moved by as much as a side.</param>
    /// <param name="options">Capacity, threads, width; null for the defaults.</param>
    /// <param name="cancellation">Ends the pass early.</param>
    /// <exception cref="TrainingException">EK0503: the samples are no labelled images.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static EvaluationSummary Evaluate(Model model, Loss loss, Dataset dataset, ImmutableArray<TestView> views, PlanOptions? options = null, CancellationToken cancellation = default) =>
        Measure(model, loss, dataset, views, options, int.MaxValue, cancellation) ?? throw new OperationCanceledException(cancellation);

    internal static EvaluationSummary? Measure(Model model, Loss loss, Dataset dataset, ImmutableArray<TestView> views, PlanOptions? options, int mostBatches, CancellationToken cancellation)
    {
        if (dataset.Shape.Rank is not (2 or 3) || dataset.Target.Kind != TargetKind.ClassIndex || views.Any(view => Math.Abs(view.Down) >= dataset.Shape[0] || Math.Abs(view.Right) >= dataset.Shape[1]))
            throw TrainingErrors.DataMismatch(dataset.Name, $"samples {dataset.Shape} with {dataset.Target}", "labelled images [H, W, C] for test views", "Leave the views out.");
        var sum = new LogitSum();
        using var evaluator = new Evaluator(model, loss, [sum], options);
        var total = views.Sum(static view => view.Weight);
        foreach (var view in views)
        {
            sum.Weight = view.Weight / total;
            if (evaluator.Measure(new ViewDataset(dataset, view), mostBatches, cancellation) is null) return null;
        }

        return sum.Summary(dataset);
    }

    /// <summary>Adds up the outputs of passes over the same samples.</summary>
    private sealed class LogitSum : Metric
    {
        private double[] _logits = [];
        private int _filled;
        private int _outputs;

        public override string Name => "logit_sum";

        public override double Value => double.NaN;

        public float Weight { get; set; }

        public override void Reset() => _filled = 0;

        public override void Add(in EvaluationBatch batch)
        {
            _outputs = batch.OutputsPerSample;
            if (_logits.Length < _filled + batch.Outputs.Length) Array.Resize(ref _logits, Math.Max(_filled + batch.Outputs.Length, 2 * _logits.Length));
            foreach (var output in batch.Outputs) _logits[_filled++] += Weight * (double)output;
        }

        public EvaluationSummary Summary(Dataset dataset)
        {
            var count = _filled / _outputs;
            var (loss, correct) = (0.0, 0);
            for (var i = 0; i < count; i++)
            {
                var logits = _logits.AsSpan(i * _outputs, _outputs);
                var label = dataset.ReadLabel(i);
                var largest = 0;
                for (var j = 1; j < logits.Length; j++) largest = logits[j] > logits[largest] ? j : largest;
                var powers = 0.0;
                foreach (var logit in logits) powers += Math.Exp(logit - logits[largest]);
                loss += Math.Log(powers) - (logits[label] - logits[largest]);
                correct += largest == label ? 1 : 0;
            }

            return new EvaluationSummary(count, loss / count, (double)correct / count, Array.Empty<MetricValue>());
        }
    }
}
