using System.Globalization;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Figures 1 and 2 of Ioffe and Szegedy 2015, read off the paper's vector drawings.</summary>
public static class PaperFigure
{
    private static readonly PaperCurves First = new("Ioffe2015.figure1.csv"), Second = new("Ioffe2015.figure2.csv");

    /// <summary>Figure 1a: test accuracy over training steps, from step 3,581 (without) or 4,024 (with) on.</summary>
    /// <param name="batchNorm">With batch normalisation.</param>
    public static PaperSeries Accuracy(bool batchNorm) => First.Of("1a_test_acc", Variant(batchNorm));

    /// <summary>Figures 1b, 1c: a percentile of the input of one sigmoid of the last hidden layer, over the share of the run in [0, 1].</summary>
    /// <param name="batchNorm">With batch normalisation (1c) or without (1b).</param>
    /// <param name="percentile">15, 50 or 85.</param>
    public static PaperSeries Percentile(bool batchNorm, int percentile) =>
        First.Of("1bc_percentile_runfraction", string.Create(CultureInfo.InvariantCulture, $"{Variant(batchNorm)}_p{percentile}"));

    /// <summary>Figure 2: validation accuracy of a variant of Inception over training steps on ImageNet.</summary>
    /// <param name="variant">Its name in the paper's table: Inception, BN-Baseline, BN-x5, BN-x30 or BN-x5-Sigmoid.</param>
    public static PaperSeries Validation(string variant) => Second.Of("2", variant);

    private static string Variant(bool batchNorm) => batchNorm ? "BN" : "noBN";
}
