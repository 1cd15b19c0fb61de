using Evenkeel.Data.Datasets;
using Evenkeel.Engine;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Trials;
using Evenkeel.Lab.Workloads;
using Evenkeel.Layers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Batch normalisation and dropout, each alone and both together, on few samples.</summary>
public sealed class DropoutReplaced : Experiment
{
    private static readonly (string Norm, float Dropout, string Name)[] Arms = [("none", 0, "neither"), ("batch", 0, "batch normalisation"), ("none", 0.5f, "dropout 0.5"), ("batch", 0.5f, "both")];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C12", Topics.BatchNorm, "Batch normalisation replaces dropout")
    {
        Source = "S0, S3",
        Phrase = "Dropout의 필요성 낮아짐",
        Question = "With batch normalisation, does dropout still help?",
        Criterion = "5,000 samples: accuracy with normalisation at least that with dropout minus 0.3 points, and both together at most 0.2 points above normalisation alone, both by two standard errors. Beside it: the variance of what dropout hands to a normalisation is 2.0 times higher in training than in inference, within 10%.",
        Cost = new(new(15, 3), new(200, 5), new(400, 10)),
        Datasets = [Mnist.Name],
        MayStayOpen = "The effect is weak; three seeds may not separate it from chance.",
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = context.Of(2, 780, 2000, 4000);
        var runs = new PairedRuns<int>(context, Claim, "training", Enumerable.Range(0, Arms.Length), (arm, seed) =>
        {
            var trial = Workload.MnistRelu.With(Arms[arm].Norm);
            return trial with { Network = trial.Network with { Dropout = Arms[arm].Dropout }, Samples = 5000, TestSamples = 5000, Rate = 0.2f, Steps = steps, Seed = seed, Checkpoints = Workload.Every(steps, 20) };
        });
        static double Accuracy(RunResult run) => 100 * run.Last("accuracy");
        Finding[] findings =
        [
            Judge.ClearlyAtLeast("normalisation minus dropout, in points", runs.Difference(1, 2, Accuracy), -0.3, "dropout is needed less"),
            Judge.ClearlyAtMost("both minus normalisation alone, in points", runs.Difference(3, 1, Accuracy), 0.2, "dropout can go"),
            Judge.Near("variance behind dropout, training over inference", VarianceRatio(), 2, 0.1, "1 / keep") with { Carries = false },
        ];
        return Outcome.Of(context, Claim, findings, "The question is not which of the two is better, but whether dropout still adds something where normalisation is; the table answers it for this network and as many steps for all four. Where both are used, the order matters: at rate 0.5 dropout hands the next normalisation twice the variance in training that it has in inference.") with
        {
            Evidence = [new PageSection("Accuracy").Figure(
                new Chart("Test accuracy", new ChartAxis("step"), new ChartAxis("accuracy", "%") { Minimum = 80 }, [.. Arms.Select((arm, place) => runs.AccuracyCurve(place, arm.Name))]),
                FormattableString.Invariant($"784-256-256-10, ReLU, 5,000 training samples, rate 0.2, batches of 128, mean of {runs.Seeds} seeds.")).Table(runs.Table("network", static arm => Arms[arm].Name, ("accuracy, %", Accuracy), ("last training loss", static run => run.Last("train_loss"))))],
        };
    }

    private static double VarianceRatio()
    {
        const int units = 100, count = 500;
        var model = new Sequential(("dropout", new Dropout(0.5f))).Build(Shape.Batch(units), 1);
        double Variance(bool training)
        {
            using var plan = ObservationPlan.Compile(model, [model.Output], training, new PlanOptions { Capacity = count, Threads = 1 });
            plan.Slot.Fill(LayerProbe.Normal(count * units, "features"));
            plan.Run(plan.Slot);
            return Math.Pow(Descent.Norm(plan.Read(model.Output)[..(count * units)]), 2);
        }

        return Variance(true) / Variance(false);
    }
}
