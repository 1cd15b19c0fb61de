using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Experiments;
using Evenkeel.Lab.Experiments.Ioffe2015;
using Evenkeel.Lab.Statistics;

namespace Evenkeel.Lab.Tests;

public sealed class MnistFigureTests
{
    private static readonly DatasetParts Small = Glyphs.Load(training: 240, test: 60);

    [Theory]
    [InlineData(true, 4024, 0.9529)]
    [InlineData(true, 49051, 0.9816)]
    [InlineData(false, 15059, 0.9531)]
    [InlineData(false, 44087, 0.9723)]
    public void The_papers_accuracies_are_embedded(bool batchNorm, double step, double accuracy)
    {
        var series = PaperFigure.Accuracy(batchNorm);
        Assert.Equal(series.X.Order(), series.X);
        Assert.Equal(accuracy, series.Y[series.X.ToList().IndexOf(step)]);
    }

    [Fact]
    public void The_papers_percentiles_are_embedded_and_in_order()
    {
        foreach (var batchNorm in (bool[])[false, true])
        {
            var (low, middle, high) = (PaperFigure.Percentile(batchNorm, 15), PaperFigure.Percentile(batchNorm, 50), PaperFigure.Percentile(batchNorm, 85));
            Assert.Equal(50, low.X.Count);
            Assert.All(Enumerable.Range(0, 50), i => Assert.True(low.Y[i] < middle.Y[i] && middle.Y[i] < high.Y[i]));
        }

        Assert.Equal(0.672, PaperFigure.Percentile(false, 15).Y[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Percentiles_interpolate_between_order_statistics(int count)
    {
        var random = new Random(count);
        var values = Enumerable.Range(0, count).Select(_ => random.NextSingle()).Order().ToArray();
        foreach (var share in (double[])[0, 0.15, 0.5, 0.85, 1])
        {
            // The defining property: a straight line through the points (i / (n - 1), value i).
            var expected = (double)values[^1];
            for (var i = 0; i + 1 < count; i++)
            {
                double left = i / (count - 1.0), right = (i + 1) / (count - 1.0);
                if (share >= left && share < right) expected = values[i] + ((share - left) / (right - left) * ((double)values[i + 1] - values[i]));
            }

            Assert.Equal(expected, Percentiles.OfSorted(values, share), 1e-9);
        }
    }

    [Fact]
    public void Units_are_summarised_by_column()
    {
        float[] values = [0, 10, 1, 20, 2, 30];
        var summary = SigmoidNetwork.Summarise(1, values, 2, 3);
        Assert.Equal([1.0, 20.0], summary.P50);
        Assert.Equal(0.3, summary.P15[0], 1e-6);
        Assert.Equal(27, summary.P85[1], 1e-5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Looking_at_a_run_changes_none_of_its_bits(bool batchNorm)
    {
        var blind = new SigmoidSetup(batchNorm, 0.5f, 0.1f, 3, 6, 1);
        var seen = blind with { Probes = [1, 2, 3, 4, 5, 6], Checkpoints = [2, 4, 6] };
        var (first, second) = (Train(blind), Train(seen));
        Assert.Equal(6, second.Percentiles.Count);
        Assert.Equal(3, second.Accuracy.Length);
        Assert.Equal(first.Weights, second.Weights);
        Assert.NotEqual(first.Weights, Train(blind with { Seed = 4 }).Weights);
    }

    [Fact]
    public void A_run_of_two_steps_writes_the_same_whole_report_for_any_threads()
    {
        var one = Run(threads: 1);
        var two = Run(threads: 2);
        Assert.Equal(one.Findings, two.Findings);
        Assert.Equal(ExperimentVerdict.Inconclusive, one.Verdict);
        var html = one.Page.ToHtml();
        Assert.Contains("with, paper", html, StringComparison.Ordinal);
        Assert.Contains("Held-out accuracy of the sweep", html, StringComparison.Ordinal);
        Assert.Contains("percentile of a sigmoid", html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_run_ends()
    {
        Assert.Throws<OperationCanceledException>(() => new MnistFigure().Run(new ExperimentContext(Small) { Cancellation = new CancellationToken(true) }, 2, 0));
    }

    [Fact]
    public void An_unknown_experiment_is_refused_with_the_one_that_was_meant()
    {
        var error = Assert.Throws<LabException>(() => ExperimentTable.Get("ioffe2015/mnits"));
        Assert.Equal("EK0701", error.Code);
        Assert.Contains("Did you mean 'ioffe2015/mnist'?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_a_seed_is_refused()
    {
        var error = Assert.Throws<LabException>(() => new MnistFigure().Run(new ExperimentContext(Small) { Seeds = 0 }));
        Assert.Equal("EK0702", error.Code);
    }

    private static ExperimentResult Run(int threads) => new MnistFigure().Run(new ExperimentContext(Small) { Seeds = 1, Threads = threads }, 2, 2);

    private static SigmoidRun Train(SigmoidSetup setup) => SigmoidNetwork.Train(setup, Small.Training, Small.Test, null, CancellationToken.None);
}
