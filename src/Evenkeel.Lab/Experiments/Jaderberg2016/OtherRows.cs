using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;
using Evenkeel.Reports.Pages;
using Evenkeel.Training.Decoupled;

namespace Evenkeel.Lab.Experiments.Jaderberg2016;

/// <summary>The rows of the paper's table 1 that C73 does not have: fully connected networks on CIFAR-10, and convolutional ones.</summary>
/// <remarks>
/// The paper's convolutions are 5 x 5 with 64 filters and modules of twice 128; here 3 x 3, pooled each time, so that two cores do a row in minutes: 8 filters and modules of twice 8 in the quick budget, 32 and 64 in the standard one.
/// </remarks>
public sealed class OtherRows : Experiment
{
    private const double MostGapOnDigits = 1.5;
    private const double MostGapOnPhotographs = 5;

    private static readonly GradientSource[] Sources = [GradientSource.None, GradientSource.Backpropagation, GradientSource.Synthetic, GradientSource.Conditioned];

    // Test errors of the table in per cent, in the order of Sources.
    private static readonly (Row Row, double[] Errors)[] Paper =
    [
        (new(false, Cifar10.Name, 3), [54.9, 43.5, 42.5, 48.5]), (new(false, Cifar10.Name, 4), [57.2, 43.0, 45.0, 45.1]), (new(false, Cifar10.Name, 5), [59.6, 41.7, 46.9, 43.5]), (new(false, Cifar10.Name, 6), [61.9, 42.0, 49.7, 46.8]),
        (new(true, Mnist.Name, 3), [0.9, 0.8, 0.9, 1.0]), (new(true, Mnist.Name, 4), [2.8, 0.6, 0.7, 0.8]), (new(true, Cifar10.Name, 3), [28.7, 17.9, 19.5, 19.0]), (new(true, Cifar10.Name, 4), [38.1, 15.7, 19.5, 16.4]),
    ];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("table1-rest", Topics.Decoupled, "Synthetic gradients train convolutions, and on photographs")
    {
        Name = "jaderberg2016/table1-rest",
        Source = "Jaderberg et al. 2016, table 1",
        Phrase = "CNN; CIFAR-10",
        Question = "Does the pattern of the table's first rows hold for convolutions and for CIFAR-10?",
        Criterion = "In every row, mean over the seeds: the test error of DNI and of conditioned DNI below that without backpropagation; conditioned DNI at most 1.5 points above backpropagation on MNIST and 5 points on CIFAR-10 (paper 0.2 and 5.0 at worst). Quick: the rows of four layers but the convolutional one on CIFAR-10.",
        Cost = new(new(20, 1), new(7200, 5), new(400_000, 5)),
        Datasets = [Mnist.Name, Cifar10.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (seeds, isShort) = (context.Seeds(Claim), context.Budget is Budget.Smoke or Budget.Quick);
        var rows = isShort ? [.. Paper.Where(static row => row.Row.Layers == 4 && !(row.Row.Convolutional && row.Row.Data == Cifar10.Name))] : Paper;
        DecoupledTrial Trial(Row row, GradientSource source, int seed)
        {
            var trial = DecoupledRuns.Trial(context.Budget, source, row.Layers, seed, row.Convolutional ? context.Of(2, 300, 3000, 500_000) : context.Of(2, 400, 4800, 500_000)) with { Data = row.Data };
            if (!row.Convolutional) return trial;
            return trial with { Convolutional = true, Units = context.Of(4, 8, 32, 64), ModuleUnits = source == GradientSource.Synthetic ? context.Of(4, 8, 64, 128) is var units ? [units, units] : null : trial.ModuleUnits };
        }

        var results = context.Run("rows of the table", [.. rows.SelectMany(row => Sources.SelectMany(source => Enumerable.Range(1, seeds).Select(seed => Trial(row.Row, source, seed))))]);
        var errors = rows.Select((_, r) => Sources.Select((_, s) => Sample.Of(results.Skip(((r * Sources.Length) + s) * seeds).Take(seeds).Select(static run => 100 * run.Last("error")))).ToArray()).ToArray();
        List<Finding> findings = [];
        for (var r = 0; r < rows.Length; r++)
        {
            var (row, paper, own) = (rows[r].Row, rows[r].Errors, errors[r]);
            findings.Add(Judge.AtLeast($"{row}: error without backpropagation minus DNI's, in points", own[0].Mean - own[2].Mean, 0, Judge.Number(paper[0] - paper[2])));
            findings.Add(Judge.AtLeast($"{row}: the same, minus cDNI's", own[0].Mean - own[3].Mean, 0, Judge.Number(paper[0] - paper[3])));
            findings.Add(Judge.AtMost($"{row}: cDNI's error minus backpropagation's", own[3].Mean - own[1].Mean, row.Data == Mnist.Name ? MostGapOnDigits : MostGapOnPhotographs, Judge.Number(paper[3] - paper[1])));
        }

        return Outcome.Of(context, Claim, findings, "What a module must know is the label: with it the lower layers follow, without it they have to wait until the module can guess it, and meanwhile they follow its guesses away from where they began. A short run shows the first part of that: conditioned modules gain at once, unconditioned ones may do worse than layers that stay as they are.") with
        {
            Evidence = [new PageSection("Test errors").Table(new PageTable(
                [new("network"), .. Sources.Select(static source => new TableColumn($"{DecoupledRuns.NameOf(source)}, %", true)), .. Sources.Select(static source => new TableColumn($"{DecoupledRuns.NameOf(source)}, paper", true))],
                [.. rows.Select((row, r) => (IReadOnlyList<string>)[row.Row.ToString(), .. errors[r].Select(Judge.WithSpread), .. row.Errors.Select(Judge.Number)])])
            { Caption = FormattableString.Invariant($"Mean of {seeds} {(seeds == 1 ? "seed" : "seeds")}; the paper after 500,000 steps of 256") })],
            Facts = [("updates that were not finite", Judge.Number(results.Sum(static run => run["refused"][0])))],
        };
    }

    private sealed record Row(bool Convolutional, string Data, int Layers)
    {
        public override string ToString() => FormattableString.Invariant($"{(Convolutional ? "CNN" : "FCN")} on {(Data == Mnist.Name ? "MNIST" : "CIFAR-10")}, {Layers} layers");
    }
}
