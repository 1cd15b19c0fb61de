using Evenkeel.Engine;
using Evenkeel.Lab.Runs;

namespace Evenkeel.Lab.Workloads;

/// <summary>A trained network's probabilities on its test samples. Series: <c>probabilities</c>, class by class, and <c>labels</c>.</summary>
internal sealed record PredictionTrial(TrainingTrial Training) : Trial
{
    public override string Dataset => Training.Dataset;

    public override long Work => Training.Work;

    public override RunKey Key
    {
        get
        {
            var key = new RunKey("prediction", 1);
            foreach (var (name, value) in Training.Key.Settings) key.Add($"training_{name}", value);
            return key;
        }
    }

    public override IReadOnlyDictionary<string, double[]> Run(TrialContext context)
    {
        Training.Run(context, out var model);
        var test = WorkloadData.Of(Training, context.Data!).Test;
        using var plan = EvaluationPlan.Compile(model, options: new PlanOptions { Capacity = test.Count, Threads = 1 });
        var features = new float[test.Count * test.Shape.Length];
        for (var i = 0; i < test.Count; i++) test.Read(i, features.AsSpan(i * test.Shape.Length, test.Shape.Length));
        var logits = plan.Run(features);
        var (classes, probabilities) = (test.Target.ClassCount, new double[logits.Length]);
        for (var row = 0; row < test.Count; row++)
        {
            var own = logits.Slice(row * classes, classes);
            var (largest, total) = ((double)own[TestPart.Largest(own)], 0.0);
            for (var c = 0; c < classes; c++) total += probabilities[(row * classes) + c] = Math.Exp(own[c] - largest);
            for (var c = 0; c < classes; c++) probabilities[(row * classes) + c] /= total;
        }

        return new Dictionary<string, double[]>(StringComparer.Ordinal) { ["probabilities"] = probabilities, ["labels"] = [.. Enumerable.Range(0, test.Count).Select(i => (double)test.ReadLabel(i))] };
    }
}
