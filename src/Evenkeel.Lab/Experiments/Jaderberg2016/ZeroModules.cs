using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;
using Evenkeel.Training.Decoupled;

namespace Evenkeel.Lab.Experiments.Jaderberg2016;

/// <summary>Whether the last layer of a module starts at zero or at random.</summary>
public sealed class ZeroModules : Experiment
{
    private const int Layers = 4;
    private const int FirstSteps = 100;
    private static readonly GradientSource[] Sources = [GradientSource.Conditioned, GradientSource.Synthetic];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C76", Topics.Decoupled, "Synthetic gradient modules start at zero")
    {
        Name = "jaderberg2016/zero",
        Source = "S0; Jaderberg et al. 2016",
        Phrase = "zero-initialised",
        Question = "Is it better to start the last layer of the gradient modules at zero?",
        Criterion = "Four layers, conditioned and unconditioned modules: training loss over the first 100 steps, mean over paired seeds, not higher from zero than from random first weights; cosine of predicted and true gradient after an epoch above 0 at every cut.",
        Cost = new(new(20, 2), new(120, 5), new(240, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (seeds, steps) = (context.Seeds(Claim), context.Of(2, 600, 600, 1800));
        DecoupledTrial Trial(GradientSource source, bool random, int seed) =>
            DecoupledRuns.Trial(Budget.Quick, source, Layers, seed, steps) with { RandomModules = random, FirstLosses = Math.Min(FirstSteps, steps), Compares = true, Falls = false };
        var results = context.Run("first weights of the modules", [.. Sources.SelectMany(source => new[] { false, true }.SelectMany(random => Enumerable.Range(1, seeds).Select(seed => Trial(source, random, seed))))]);
        RunResult[] Runs(int source, bool random) => [.. results.Skip(((2 * source) + (random ? 1 : 0)) * seeds).Take(seeds)];
        double[] Cosines(int source, bool random) => [.. Enumerable.Range(0, Layers - 1).Select(cut => Runs(source, random).Average(run => run["cosine"][cut]))];
        List<Finding> findings = [];
        for (var source = 0; source < Sources.Length; source++)
        {
            var name = DecoupledRuns.NameOf(Sources[source]);
            var (zero, random) = (Runs(source, false).Select(static run => run["train_loss"].Average()).ToArray(), Runs(source, true).Select(static run => run["train_loss"].Average()).ToArray());
            var gap = Sample.OfDifferences(zero, random);
            var least = Cosines(source, false).Min();
            findings.Add(Judge.AtMost($"{name}: loss over the first 100 steps, from zero less that from random weights", gap, 0, "zero is used"));
            findings.Add(new($"{name}: least cosine of predicted and true gradient after an epoch", "above 0", Judge.Number(least), "", least > 0));
        }

        return Outcome.Of(context, Claim, findings, "From zero a module says nothing until it has seen a true gradient, so the layers below wait for some steps and then follow; from random weights they first follow noise. Where the label is known the prediction soon points the right way; where it is not, it stays a weak guess in the lower layers.") with
        {
            Evidence =
            [
                new PageSection("The first 100 steps").Figure(new ChartGrid("Training loss", [.. Sources.Select((source, place) => new Chart(DecoupledRuns.NameOf(source), new ChartAxis("step"), new ChartAxis("loss"),
                    [Line("from zero", Runs(place, false)), Line("from random weights", Runs(place, true))]))]) { SharedY = true, SharedLegend = true, Width = 900 }, "Mean over the seeds."),
                new PageSection("Predicted and true gradients").Table(new PageTable(
                    [new("modules"), new("first weights"), new("behind layer 1", true), new("behind layer 2", true), new("behind layer 3", true), new("test error", true)],
                    [.. Sources.SelectMany((source, place) => new[] { false, true }.Select(random => (IReadOnlyList<string>)
                    [
                        DecoupledRuns.NameOf(source), random ? "random" : "zero", .. Cosines(place, random).Select(static cosine => FormattableString.Invariant($"{cosine:0.00}")), DecoupledRuns.Percent(Runs(place, random).Average(static run => run.Last("error"))),
                    ]))]) { Caption = "Cosine on test batches after the last step: backpropagation against the modules' predictions, at the same parameters" }),
            ],
        };
    }

    private static LineSeries Line(string name, RunResult[] runs) =>
        new(name, [.. Enumerable.Range(1, runs[0]["train_loss"].Length).Select(static step => (double)step)], [.. Enumerable.Range(0, runs[0]["train_loss"].Length).Select(i => runs.Average(run => run["train_loss"][i]))]);
}
