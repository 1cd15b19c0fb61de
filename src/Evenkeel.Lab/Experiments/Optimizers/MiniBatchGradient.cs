using System.Diagnostics;
using Evenkeel.Data.Datasets;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Statistics;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Optimizers;

/// <summary>The gradient of a mini-batch as an estimate of that of all samples: bias, variance, and what a batch gains in speed.</summary>
public sealed class MiniBatchGradient : Experiment
{
    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C49", Topics.Optimizers, "A mini-batch's gradient stands for that of all samples")
    {
        Source = "S2, S3",
        Phrase = "미니배치 ... 근사 / 병렬처리의 이득",
        Question = "Is the gradient of a mini-batch unbiased, how does its variance depend on the size, and what does a batch gain in speed?",
        Criterion = "Bias below 3 standard errors; slope of variance over batch size in logarithms -1 within 0.1; at least 5 times more samples per second at batch 64 than at batch 1.",
        Cost = new(new(2, 1), new(20, 1), new(20, 1)),
        Datasets = [Mnist.Name],
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var run = context.Run("gradients", [new GradientTrial(context.Of(64, 8192, 16_384, 16_384), context.Of(4, 64, 128, 128), context.Of(2, 200, 400, 400))])[0];
        var (sizes, variances, errors) = (run["sizes"], run["variance"], run["bias_errors"]);
        var slope = Lines.Slope([.. sizes.Select(static size => Math.Log(size))], [.. variances.Select(static variance => Math.Log(variance))]);
        var speedup = run["samples_per_second"][1] / run["samples_per_second"][0];
        Finding[] findings =
        [
            Judge.AtMost("largest bias along the full gradient, in standard errors", errors.Max(Math.Abs), 3, "unbiased"),
            new("slope of the variance over the batch size, in logarithms", "-1 within 0.1", Judge.Number(slope), "1 / m", Math.Abs(slope + 1) <= 0.1),
            Judge.AtLeast("samples per second at batch 64 over batch 1", speedup, 5, "parallel processing"),
        ];
        return Outcome.Of(context, Claim, findings, "A mini-batch's gradient is right on average, and its variance falls as 1/m: four times the batch halves the noise. What a batch gains on top is speed, since a product of matrices does far more per second than one of a matrix and a vector. With batch normalisation the first statement would not hold: its gradient depends on the batch's own statistics.") with
        {
            Evidence = [new PageSection("Noise and batch size").Figure(new Chart("Variance of the gradient", new ChartAxis("batch size") { Scale = AxisScale.Logarithmic }, new ChartAxis("mean squared distance from the full gradient") { Scale = AxisScale.Logarithmic },
                [new LineSeries("measured", sizes, variances) { Markers = true }, new LineSeries("1 / m", sizes, [.. sizes.Select(size => variances[0] * sizes[0] / size)]) { Style = LineStyle.Dashed }]),
                "784-64-10, ReLU, not normalised, not trained; batches drawn with replacement from MNIST.")],
            Facts = [("samples per second, batch 1 and 64, one thread", FormattableString.Invariant($"{run["samples_per_second"][0]:0}, {run["samples_per_second"][1]:0}"))],
        };
    }

    /// <summary>Series: <c>sizes</c>, <c>variance</c>, <c>bias_errors</c> (per size), <c>samples_per_second</c> (batch 1, batch 64).</summary>
    private sealed record GradientTrial(int Samples, int Draws, int TimedSteps) : Trial
    {
        private const int Rounds = 9;
        private static readonly int[] Sizes = [4, 16, 64, 256];

        public override string Dataset => Mnist.Name;

        public override long Work => Sizes.Length;

        public override RunKey Key => new RunKey("mini-batch-gradient", 2).Add("samples", Samples).Add("draws", Draws).Add("timed_steps", TimedSteps);

        public override IReadOnlyDictionary<string, double[]> Run(TrialContext context)
        {
            var data = context.Data!.Training;
            var count = Math.Min(Samples, data.Count);
            var model = Mlp.Create(new ModelOptions { Outputs = data.Target.ClassCount, Hidden = [64], Normalization = NormalizationKind.None }).Build(Shape.Batch(data.Shape.Length), 1);
            using var plan = GradientPlan.Compile(model, new SoftmaxCrossEntropy(), options: new PlanOptions { Capacity = Math.Max(count, Sizes[^1]), Threads = 1 });
            var slot = plan.CreateSlot();
            double[] Gradient(ReadOnlySpan<int> indices)
            {
                slot.Count = indices.Length;
                for (var i = 0; i < indices.Length; i++)
                {
                    data.Read(indices[i], slot.Features.Slice(i * data.Shape.Length, data.Shape.Length));
                    slot.Labels[i] = data.ReadLabel(indices[i]);
                }

                plan.Run(slot);
                return [.. plan.Gradients.SelectMany(static tensor => tensor.ToArray()).Select(static value => (double)value)];
            }

            var full = Gradient([.. Enumerable.Range(0, count)]);
            var norm = Math.Sqrt(full.Sum(static value => value * value));
            var (variances, errors) = (new List<double>(), new List<double>());
            foreach (var size in Sizes)
            {
                var random = new RandomStream(1, FormattableString.Invariant($"batches of {size}"));
                var (distances, along) = (new List<double>(), new List<double>());
                for (var draw = 0; draw < Draws; draw++)
                {
                    var gradient = Gradient([.. Enumerable.Range(0, size).Select(i => (int)(random.Word((ulong)((draw * size) + i)) % (uint)count))]);
                    distances.Add(gradient.Zip(full, static (a, b) => (a - b) * (a - b)).Sum());
                    along.Add(gradient.Zip(full, static (a, b) => a * b).Sum() / norm);
                }

                variances.Add(distances.Average());
                var sample = Sample.Of(along);
                errors.Add((sample.Mean - norm) / sample.Error);
                context.Advance(1);
            }

            return new Dictionary<string, double[]>
            {
                ["sizes"] = [.. Sizes.Select(static size => (double)size)],
                ["variance"] = [.. variances],
                ["bias_errors"] = [.. errors],
                ["samples_per_second"] = SamplesPerSecond(model, data),
            };
        }

        /// <summary>The best of several rounds, batch 1 and batch 64 in turn: what else runs on the machine only ever slows a round down.</summary>
        private double[] SamplesPerSecond(Model model, Dataset data)
        {
            int[] sizes = [1, 64];
            var plans = sizes.Select(size => TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Sgd(), new PlanOptions { Capacity = size, Threads = 1 })).ToArray();
            var best = new double[sizes.Length];
            for (var round = -1; round < Rounds; round++)
            {
                for (var i = 0; i < sizes.Length; i++)
                {
                    plans[i].LearningRate = 1e-6f;
                    var slot = plans[i].CreateSlot();
                    Fill(slot, data, sizes[i]);
                    var clock = Stopwatch.StartNew();
                    for (var step = 0; step < TimedSteps; step++) plans[i].Step(slot);
                    if (round >= 0) best[i] = Math.Max(best[i], TimedSteps * sizes[i] / clock.Elapsed.TotalSeconds);
                }
            }

            foreach (var plan in plans) plan.Dispose();
            return best;
        }

        private static void Fill(BatchSlot slot, Dataset data, int size)
        {
            slot.Count = size;
            for (var i = 0; i < size; i++)
            {
                data.Read(i, slot.Features.Slice(i * data.Shape.Length, data.Shape.Length));
                slot.Labels[i] = data.ReadLabel(i);
            }
        }
    }
}
