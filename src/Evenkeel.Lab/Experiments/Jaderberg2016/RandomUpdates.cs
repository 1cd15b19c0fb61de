using System.Globalization;
using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;
using Evenkeel.Training.Decoupled;

namespace Evenkeel.Lab.Experiments.Jaderberg2016;

/// <summary>The paper's experiment on asynchronous updates: four layers that are updated at random, each by itself.</summary>
public sealed class RandomUpdates : Experiment
{
    internal const double MostGap = 0.015;

    private const int Layers = 4;
    private static readonly double[] Probabilities = [0.05, 0.1, 0.2, 0.5, 1];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C74", Topics.Decoupled, "Layers can be updated asynchronously")
    {
        Name = "jaderberg2016/random-updates",
        Source = "S0; Jaderberg et al. 2016, asynchronous updates",
        Phrase = "비동기적으로 처리",
        Question = "Do layers that are updated at random times, independently, still learn?",
        Criterion = "Four layers, conditioned DNI, after as many expected updates of every layer, mean over the seeds: test error at update probability 0.2 at most 1.5 points above that at probability 1, with gradients alone predicted and with inputs predicted too; at 0.05 above that at 0.2.",
        Cost = new(new(60, 1), new(480, 5), new(40_000, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (seeds, updates) = (context.Seeds(Claim), context.Of(2, 300, 600, 25_000));
        DecoupledTrial Trial(double probability, bool inputs, int seed) =>
            DecoupledRuns.Trial(context.Budget, GradientSource.Conditioned, Layers, seed, context.Budget == Budget.Smoke ? 2 : (int)Math.Round(updates / probability)) with { UpdateProbability = probability, SyntheticInputs = inputs };
        (double Probability, bool Inputs)[] points = [.. Probabilities.Select(static probability => (probability, false)), (0.2, true), (1, true)];
        var results = context.Run("update probabilities", [.. points.SelectMany(point => Enumerable.Range(1, seeds).Select(seed => Trial(point.Probability, point.Inputs, seed)))]);
        double[] Errors(int point) => [.. results.Skip(point * seeds).Take(seeds).Select(static run => run.Last("error"))];
        Sample Gap(int point, int from) => Sample.OfDifferences(Errors(point), Errors(from));
        Finding Near(string name, Sample gap) => new(name, "at most 1.5 points", Points(gap), "0 to 0.3 points after 500,000 steps", gap.Mean <= MostGap);
        var late = Gap(0, 2);
        Finding[] findings =
        [
            Near("error at probability 0.2 above that at 1", Gap(2, 4)),
            Near("the same with predicted inputs", Gap(5, 6)),
            new("error at probability 0.05 above that at 0.2", "above 0", Points(late), "above 0 after as many steps", late.Mean > 0),
        ];
        return Outcome.Of(context, Claim, findings, "A layer that does not wait can also be late: modules and layers bear updates that come at different times. What counts is how often a layer was updated; at few updates per step the modules see more batches than they learn from, which costs little.") with
        {
            Evidence =
            [
                new PageSection("Test error by update probability")
                    .Figure(new Chart(string.Create(CultureInfo.InvariantCulture, $"Test error after {updates} expected updates"), new ChartAxis("update probability") { Scale = AxisScale.Logarithmic }, new ChartAxis("test error") { Numbers = NumberStyle.Percent, Minimum = 0 },
                        [
                            new LineSeries("predicted gradients", Probabilities, [.. Probabilities.Select((_, i) => Errors(i).Average())]) { Markers = true },
                            new LineSeries("predicted gradients and inputs", [0.2, 1], [Errors(5).Average(), Errors(6).Average()]) { Markers = true },
                        ]), "Every layer, with the module that predicts for its input, is updated with this probability in a step, drawn for each by itself. All points have as many expected updates, so those at low probability have more steps.")
                    .Table(new PageTable([new("probability", true), new("predicted"), new("steps", true), new("updates of the layers"), new("test error", true)], [.. points.Select((point, i) => (IReadOnlyList<string>)
                    [
                        Judge.Number(point.Probability), point.Inputs ? "gradients, inputs" : "gradients", FormattableString.Invariant($"{Trial(point.Probability, point.Inputs, 1).Steps:N0}"),
                        string.Join(", ", results[i * seeds]["updates"].Select(static count => FormattableString.Invariant($"{count:N0}"))), DecoupledRuns.Percent(Errors(i).Average()),
                    ])]) { Caption = "784-256-256-256-10 on MNIST, conditioned modules; updates of the first seed" }),
            ],
        };
    }

    private static string Points(Sample gap) => gap.Count < 2 ? FormattableString.Invariant($"{100 * gap.Mean:0.00} points") : FormattableString.Invariant($"{100 * gap.Mean:0.00} ± {200 * gap.Error:0.00} points");
}
