using Evenkeel.Lab.Claims;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Optimizers;

/// <summary>How often a random symmetric matrix has positive eigenvalues alone: how often a random critical point is a minimum.</summary>
/// <remarks>The Gaussian orthogonal ensemble: diagonal of variance 2, the rest of variance 1. For one dimension the share is 1/2; for independent signs it would be 2^-N. Dean and Majumdar 2006: about <c>exp(-N^2 ln 3 / 4)</c>.</remarks>
public sealed class SaddleShare : Experiment
{
    private const int Most = 10;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C56", Topics.Optimizers, "Saddle points are more common in many dimensions")
    {
        Source = "S4",
        Phrase = "saddle points much more common in high dimension",
        Question = "How often are all eigenvalues of a random symmetric matrix positive, and of a small network's critical points?",
        Criterion = "Random symmetric matrices (Gaussian orthogonal ensemble) of N = 2 to 10: the share with positive eigenvalues alone is below 2^-N everywhere, and its ratio to 2^-N falls with every N up to 6, from where on it is too small to be counted.",
        Cost = new(new(5, 1), new(30, 1), new(60, 1)),
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var draws = context.Of(20_000, 400_000, 2_000_000, 8_000_000);
        int[] sizes = [.. Enumerable.Range(2, Most - 1)];
        double[] shares = [.. sizes.Select(size => Share(size, draws))];
        double[] ratios = [.. shares.Select((share, i) => share / Math.Pow(2, -sizes[i]))];
        Finding[] findings =
        [
            new("N with a share below 2^-N", "all of 2 to 10", FormattableString.Invariant($"{ratios.Count(static ratio => ratio < 1)} of {ratios.Length}"), "much more common", ratios.All(static ratio => ratio < 1)),
            new("share over 2^-N at N = 2, 3, 4, 5, 6", "falls", string.Join(", ", ratios.Take(5).Select(Judge.Number)), "faster than by independent signs", ratios.Take(5).Zip(ratios.Skip(1).Take(4), static (a, b) => b < a).All(static falls => falls)),
            Judge.Near("N = 2: share against its closed form (2 - sqrt 2) / 4", shares[0], (2 - Math.Sqrt(2)) / 4, 0.03) with { Carries = false },
        ];
        var shown = sizes.Where((_, i) => shares[i] > 0).Select(static size => (double)size).ToArray();
        return Outcome.Of(context, Claim, findings, "At a random critical point every further dimension must curve upwards too, and the eigenvalues of a random matrix repel each other: minima are rarer still than independent coin tosses would make them. The loss of a network is not a random function; that its critical points behave alike is a finding of its own (Dauphin et al. 2014), which this experiment does not test.") with
        {
            Evidence = [new PageSection("Minima among random critical points").Figure(
                new Chart("Share of matrices with positive eigenvalues alone", new ChartAxis("dimensions"), new ChartAxis("share") { Scale = AxisScale.Logarithmic },
                    [new LineSeries("random matrices", shown, [.. shares.Where(static share => share > 0)]) { Markers = true }, new LineSeries("independent signs, 2^-N", [.. sizes.Select(static size => (double)size)], [.. sizes.Select(static size => Math.Pow(2, -size))]) { Style = LineStyle.Dashed }]),
                FormattableString.Invariant($"{draws:N0} matrices per size; where none of them is positive there is no point."))],
        };
    }

    private static double Share(int size, int draws)
    {
        var stream = new RandomStream(1, FormattableString.Invariant($"matrices of {size}"));
        var numbers = new float[size * (size + 1) / 2];
        var matrix = new double[size, size];
        var positive = 0;
        for (var draw = 0; draw < draws; draw++)
        {
            stream.FillNormal(numbers, (ulong)draw);
            var place = 0;
            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j <= i; j++) matrix[i, j] = numbers[place++] * (i == j ? Math.Sqrt(2) : 1);
            }

            if (IsPositive(matrix, size)) positive++;
        }

        return (double)positive / draws;
    }

    /// <summary>Whether Cholesky's decomposition of the lower triangle exists; it is written over it.</summary>
    private static bool IsPositive(double[,] matrix, int size)
    {
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = matrix[i, j];
                for (var k = 0; k < j; k++) sum -= matrix[i, k] * matrix[j, k];
                if (i != j) matrix[i, j] = sum / matrix[j, j];
                else if (sum <= 0) return false;
                else matrix[i, i] = Math.Sqrt(sum);
            }
        }

        return true;
    }
}
