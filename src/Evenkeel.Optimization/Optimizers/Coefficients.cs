using Evenkeel.Numerics.Kernels.Update;

namespace Evenkeel.Optimization.Optimizers;

/// <summary>The numbers of update rules, computed in double and rounded once.</summary>
/// <remarks>An option such as <c>0.999f</c> stands for the decimal number that was written: its complement is 0.001, where <c>1 - 0.999f</c> would be 1.3e-5 of it too small.</remarks>
public static class Coefficients
{
    /// <summary>Retentions with their complements, epsilon and weight decay.</summary>
    /// <param name="firstRetention">Momentum, or beta 1.</param>
    /// <param name="secondRetention">Beta 2, or rho.</param>
    /// <param name="epsilon">What keeps a divisor from zero.</param>
    /// <param name="weightDecay">The weight decay.</param>
    public static UpdateNumbers Of(float firstRetention, float secondRetention = 0, float epsilon = 0, float weightDecay = 0) => new()
    {
        FirstRetention = firstRetention,
        SecondRetention = secondRetention,
        FirstComplement = (float)(1 - Exact(firstRetention)),
        SecondComplement = (float)(1 - Exact(secondRetention)),
        Epsilon = epsilon,
        WeightDecay = weightDecay,
    };

    /// <summary><c>1 / (1 - b1^t)</c> and <c>1 / (1 - b2^t)</c> with t the commit's number from 1.</summary>
    /// <param name="firstRetention">Beta 1.</param>
    /// <param name="secondRetention">Beta 2.</param>
    public static CommitNumbers BiasCorrections(float firstRetention, float secondRetention)
    {
        var (first, second) = (Exact(firstRetention), Exact(secondRetention));
        return (long commit, ref UpdateNumbers numbers) =>
        {
            numbers.FirstCorrection = (float)(1 / (1 - Math.Pow(first, commit + 1.0)));
            numbers.SecondCorrection = (float)(1 / (1 - Math.Pow(second, commit + 1.0)));
        };
    }

    /// <summary>The shortest decimal number that the option stands for.</summary>
    internal static double Exact(float option) => (double)(decimal)option;
}
