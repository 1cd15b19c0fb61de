namespace Evenkeel.Lab.Experiments.Santurkar2018;

/// <summary>Figures 2, 4 and 5 of Santurkar et al. 2018, read off the paper's vector drawings: its VGG network on all of CIFAR-10, and its deep linear network.</summary>
internal static class PaperFigures
{
    private static readonly PaperCurves Curves = new("Santurkar2018.figures.csv");

    /// <summary>A curve.</summary>
    /// <param name="figure">2, 4a, 4b, 4c, 5a or 5b.</param>
    /// <param name="series">What the paper calls it: Standard, BN, NoisyBN, L1, L2, Linf; in 4a and 4b with <c>_min</c> and <c>_max</c>.</param>
    public static PaperSeries Of(string figure, string series) => Curves.Of(figure, series);
}
