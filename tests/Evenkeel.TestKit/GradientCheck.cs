using System.Globalization;
using Xunit.Sdk;

namespace Evenkeel.TestKit;

/// <summary>Holds an analytic gradient against central differences of <c>L(x) = sum(v * f(x))</c> with a random cotangent v, in double precision.</summary>
/// <remarks>
/// The cotangent must be random: the sum of a normalised output does not depend on its input, so with <c>L = sum(y)</c> a backward pass that returns zeros passes.
/// The check therefore also refuses itself when the gradient that it expects is not far above what it tolerates.
/// </remarks>
public static class GradientCheck
{
    /// <summary>The expected gradient must be this many times the tolerance.</summary>
    public const double Margin = 1000;

    /// <summary>A random cotangent: normal values away from zero and from one another, so that no output goes unseen.</summary>
    public static double[] Cotangent(int count, ulong seed = 7) =>
        Array.ConvertAll(new SeededRandom(seed).Normals(count), v => v + Math.CopySign(0.25, v));

    /// <summary>Fails unless <paramref name="backward"/> of a random cotangent agrees with the differences of <paramref name="forward"/> at <paramref name="x"/>.</summary>
    /// <param name="forward">y of x.</param>
    /// <param name="backward">The gradient of <c>sum(v * y)</c> by x, given v.</param>
    public static void Check(Func<double[], double[]> forward, Func<double[], double[]> backward, double[] x, Tolerance? tolerance = null, ulong seed = 7) =>
        CheckWith(Cotangent(forward(x).Length, seed), forward, backward, x, tolerance);

    /// <summary>The same with a cotangent of one's own, which must give a gradient that can be told from none.</summary>
    public static void CheckWith(double[] v, Func<double[], double[]> forward, Func<double[], double[]> backward, double[] x, Tolerance? tolerance = null)
    {
        Tolerance allowed = tolerance ?? Tolerances.Differences;
        double[] expected = Differences(y => Dot(v, forward(y)), x);
        // What differences cannot resolve: rounding of the loss over the step.
        double noise = Expect.LargestMagnitude(forward(x)) * v.Sum(Math.Abs) * 1e-16 / Step;
        double largest = Expect.LargestMagnitude(expected);
        double limit = allowed.At(largest) + noise;
        if (!(largest > Margin * limit))
            throw new XunitException(string.Create(CultureInfo.InvariantCulture,
                $"This check proves nothing: the largest expected gradient is {largest:G4}, which is not {Margin} times what is tolerated ({limit:G4}). Use a random cotangent, and an input on which the output depends."));
        Expect.Close(expected, backward(v), allowed with { Absolute = allowed.Absolute + noise }, "gradient against central differences");
    }

    /// <summary>The check for a scalar loss, whose gradient needs no cotangent.</summary>
    public static void CheckLoss(Func<double[], double> loss, double[] gradient, double[] x, Tolerance? tolerance = null) =>
        CheckWith([1], y => [loss(y)], _ => gradient, x, tolerance);

    /// <summary>Central differences of fourth order, <c>(8 (f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))) / 12 h</c>.</summary>
    public static double[] Differences(Func<double[], double> f, double[] x)
    {
        double[] gradient = new double[x.Length], at = [.. x];
        for (int i = 0; i < x.Length; i++)
        {
            gradient[i] = (8 * (At(Step) - At(-Step)) - (At(2 * Step) - At(-2 * Step))) / (12 * Step);
            at[i] = x[i];

            double At(double h)
            {
                at[i] = x[i] + h;
                return f(at);
            }
        }
        return gradient;
    }

    private const double Step = 1e-3;

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
