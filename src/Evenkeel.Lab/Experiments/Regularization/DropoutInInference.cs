using Evenkeel.Data.Datasets;
using Evenkeel.Engine;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Lab.Workloads;
using Evenkeel.Layers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Regularization;

/// <summary>Dropout left on in inference, against inverted dropout switched off and the mean over masks.</summary>
public sealed class DropoutInInference : Experiment
{
    private const int Masks = 50;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C65", Topics.Training, "Dropout must be another in inference than in training")
    {
        Source = "S4",
        Phrase = "Inference step에서 Train 때와 동일하게 적용할 수 없다",
        Question = "What does dropout do if it stays on in inference?",
        Criterion = "Left on, more than 0 predictions change from mask to mask and accuracy is at least 0.2 points lower; the mean over 400 training masks of a linear network lies within 3 standard errors of its inference for at least 99% of the outputs; the mean of the probabilities over 50 masks comes within 0.2 points of inference.",
        Cost = new(new(9, 3), new(120, 5), new(240, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (steps, masks) = (context.Of(2, 1000, 3000, 10_000), context.Budget == Budget.Smoke ? 2 : Masks);
        var runs = new PairedRuns<string>(context, Claim, "training", ["dropout"], (_, seed) =>
            new DropoutTrial(Workload.MnistRelu with { Network = Workload.MnistRelu.Network with { Dropout = 0.5f }, Rate = 0.3f, Steps = steps, Seed = seed }, masks));
        Sample Of(string series) => runs.Of("dropout", run => 100 * run.Last(series));
        var loss = Sample.OfDifferences(runs["dropout"].Select(static run => 100 * run.Last("scaled")), runs["dropout"].Select(static run => 100 * run.Last("masked")));
        var distance = Sample.Of(runs["dropout"].Select(static run => 100 * Math.Abs(run.Last("scaled") - run.Last("averaged"))));
        Finding[] findings =
        [
            new("left on: predictions that change from one mask to another, %", "more than 0", Judge.WithSpread(Of("flips")), "cannot be applied", Of("flips").Mean > 0),
            Judge.AtLeast("left on: accuracy lost, in points", loss, 0.2, "lower"),
            Judge.AtLeast("linear network: share of outputs whose mean over masks is inference within 3 standard errors", LinearShare(), 0.99, "scaled by 1 / keep"),
            Judge.AtMost("mean over masks: distance from inference, in points", distance, 0.2),
        ];
        string[] names = ["scaled", "masked", "averaged"];
        return Outcome.Of(context, Claim, findings, "A mask per call makes a prediction a matter of chance and costs accuracy. Without masks, with the scale made up for in training (inverted dropout), inference is exact for a linear network and close to the mean over many masks for others, at the price of one pass.") with
        {
            Evidence = [new PageSection("Three ways to use the network").Figure(
                new BarChart("Test accuracy", new ChartAxis("accuracy", "%"), ["off, scaled", "on, one mask", FormattableString.Invariant($"mean over {masks} masks")], [new BarSeries("mean over the seeds", [.. names.Select(name => Of(name).Mean)])]),
                FormattableString.Invariant($"784-256-256-10, ReLU, dropout 0.5 behind every nonlinearity, rate 0.3, {steps:N0} steps, {runs.Seeds} seeds."))],
        };
    }

    private static double LinearShare()
    {
        const int inputs = 50, outputs = 10, count = 32, masks = 400;
        var model = new Sequential(("dropout", new Dropout(0.5f)), ("output", new Dense(outputs))).Build(Shape.Batch(inputs), 1);
        var features = LayerProbe.Normal(count * inputs, "features");
        float[] Outputs(bool training, ulong seed)
        {
            using var plan = ObservationPlan.Compile(model, [model.Output], training, new PlanOptions { Capacity = count, Threads = 1, Seed = seed });
            plan.Slot.Fill(features);
            plan.Run(plan.Slot);
            return plan.Read(model.Output)[..(count * outputs)].ToArray();
        }

        var draws = Enumerable.Range(1, masks).Select(seed => Outputs(true, (ulong)seed)).ToArray();
        var inference = Outputs(false, 0);
        return Enumerable.Range(0, inference.Length).Count(i =>
        {
            var mean = Sample.Of(draws.Select(draw => (double)draw[i]));
            return Math.Abs(mean.Mean - inference[i]) <= 3 * mean.Error;
        }) / (double)inference.Length;
    }
}
