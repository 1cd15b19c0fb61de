using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Lab.Runs;

namespace Evenkeel.Lab.Workloads;

/// <summary>A network trained with dropout, used without it, with it, and as the mean over masks.</summary>
/// <remarks>Series of one number: <c>scaled</c> (inference), <c>masked</c> (one mask, mean over them), <c>flips</c> (share of predictions that differ between two masks), <c>averaged</c> (mean of the probabilities over all masks).</remarks>
internal sealed record DropoutTrial(TrainingTrial Training, int Masks) : Trial
{
    public override string Dataset => Training.Dataset;

    public override long Work => Training.Work;

    public override RunKey Key
    {
        get
        {
            var key = new RunKey("dropout", 1).Add("masks", Masks);
            foreach (var (name, value) in Training.Key.Settings) key.Add($"training_{name}", value);
            return key;
        }
    }

    public override IReadOnlyDictionary<string, double[]> Run(TrialContext context)
    {
        Training.Run(context, out var model);
        var test = WorkloadData.Of(Training, context.Data!).Test;
        var (count, classes) = (test.Count, test.Target.ClassCount);
        var features = new float[count * test.Shape.Length];
        for (var i = 0; i < count; i++) test.Read(i, features.AsSpan(i * test.Shape.Length, test.Shape.Length));
        var labels = Enumerable.Range(0, count).Select(test.ReadLabel).ToArray();
        double Accuracy(int[] predictions) => predictions.Zip(labels, static (prediction, label) => prediction == label ? 1.0 : 0).Average();

        var scaled = Predictions(Outputs(model, features, count, training: false, 0), classes);
        var mean = new float[count * classes];
        var masked = new List<int[]>();
        for (var mask = 0; mask < Masks; mask++)
        {
            var outputs = Outputs(model, features, count, training: true, (ulong)mask + 1);
            masked.Add(Predictions(outputs, classes));
            for (var i = 0; i < count; i++) AddProbabilities(outputs.AsSpan(i * classes, classes), mean.AsSpan(i * classes, classes));
        }

        return new Dictionary<string, double[]>(StringComparer.Ordinal)
        {
            ["scaled"] = [Accuracy(scaled)],
            ["masked"] = [masked.Average(Accuracy)],
            ["flips"] = [masked[0].Zip(masked[1], static (a, b) => a == b ? 0.0 : 1).Average()],
            ["averaged"] = [Accuracy(Predictions(mean, classes))],
        };
    }

    private static float[] Outputs(Model model, float[] features, int count, bool training, ulong seed)
    {
        using var plan = ObservationPlan.Compile(model, [model.Output], training, new PlanOptions { Capacity = count, Threads = 1, Seed = seed });
        plan.Slot.Fill(features);
        plan.Run(plan.Slot);
        return plan.Read(model.Output)[..(int)model.Output.Shape.Elements(count)].ToArray();
    }

    private static int[] Predictions(float[] outputs, int classes) => [.. Enumerable.Range(0, outputs.Length / classes).Select(i => TestPart.Largest(outputs.AsSpan(i * classes, classes)))];

    private static void AddProbabilities(ReadOnlySpan<float> logits, Span<float> sum)
    {
        var (largest, total) = (logits[TestPart.Largest(logits)], 0f);
        foreach (var logit in logits) total += MathF.Exp(logit - largest);
        for (var i = 0; i < logits.Length; i++) sum[i] += MathF.Exp(logits[i] - largest) / total;
    }
}
