using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Tests.Packs;

/// <summary>What the polynomials of <see cref="PackMath"/> leave, computed in double: the ulps of <see cref="PackMathTests"/> say no more about them than that they are good enough.</summary>
public sealed class PolynomialTests
{
    private const int Steps = 20_000;

    // Half of ln 2, and what rounding x / ln 2 to a float may add.
    private const double Reach = 0.34665;

    /// <summary>An error of so many alternating peaks (one more than free coefficients) cannot be pressed below the least of them: de la Vallée Poussin.</summary>
    [Fact]
    public void The_exponential_has_the_best_polynomial_of_its_degree()
    {
        double[] free = [PackMath.ExpSecond, PackMath.ExpThird, PackMath.ExpFourth, PackMath.ExpFifth, PackMath.ExpSixth];
        List<double> peaks = [];
        for (var step = 0; step <= Steps; step++)
        {
            var u = Reach * ((2.0 * step / Steps) - 1);
            double polynomial = 0;
            foreach (var coefficient in free.Reverse()) polynomial = (polynomial * u) + coefficient;
            var error = 1 - ((1 + u + (u * u * polynomial)) * Math.Exp(-u));
            if (Math.Abs(error) < 1e-12) continue;
            if (peaks.Count == 0 || Math.Sign(peaks[^1]) != Math.Sign(error)) peaks.Add(error);
            else if (Math.Abs(error) > Math.Abs(peaks[^1])) peaks[^1] = error;
        }

        Assert.Equal(free.Length + 1, peaks.Count);
        Assert.All(peaks, static peak => Assert.InRange(Math.Abs(peak), 2.3e-9, 3.8e-9));
    }

    /// <summary>Both starts, in their own variable, are <c>(1 - T4 / 577) / divisor</c>.</summary>
    [Fact]
    public void The_starts_of_the_quotients_are_within_a_577th()
    {
        double worst = 0;
        for (var step = 0; step <= Steps; step++)
        {
            double e = (double)step / Steps, m = 1 - e;
            var sigmoid = ((((((-128 * e) + 384) * e) - 544) * e) + 576) / 577;
            var tanh = ((((128 * m * m) + 160) * m) + 288) / 577;
            Assert.Equal(sigmoid, tanh, 1e-15);
            worst = Math.Max(worst, Math.Abs(1 - (sigmoid * (1 + e))));
        }

        Assert.Equal(1.0 / 577, worst, 1e-9);
    }
}
