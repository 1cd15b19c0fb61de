namespace Evenkeel.Data.Augmentation;

/// <summary>Shares from the symmetric beta distribution.</summary>
internal static class BetaShare
{
    // Each try is taken with a probability of a half or more.
    private const int Tries = 32;

    /// <summary>A draw from Beta(alpha, alpha), by Jöhnk's method (1964): <c>x = u^(1/alpha), y = v^(1/alpha)</c>, taken where <c>x + y &lt;= 1</c>, gives <c>x / (x + y)</c>.</summary>
    /// <param name="alpha">Above 0 and at most 1.</param>
    /// <param name="random">The sample's random numbers.</param>
    /// <param name="firstDraw">The first of the 64 numbers that may be drawn.</param>
    public static float Draw(float alpha, in SampleRandom random, int firstDraw)
    {
        for (var i = 0; i < Tries; i++)
        {
            // In logarithms, for small alphas make powers that no number holds.
            var x = Math.Log(1 - random.Uniform(firstDraw + (2 * i))) / alpha;
            var y = Math.Log(1 - random.Uniform(firstDraw + (2 * i) + 1)) / alpha;
            var larger = Math.Max(x, y);
            var sum = larger + Math.Log(1 + Math.Exp(Math.Min(x, y) - larger));
            if (sum <= 0) return (float)Math.Exp(x - sum);
        }

        return 0.5f;
    }

    /// <exception cref="DatasetException">EK0313: outside (0, 1].</exception>
    public static float Check(string name, float alpha) =>
        alpha is > 0 and <= 1 ? alpha : throw DataErrors.BadTransform(FileErrors.Text($"{name} got alpha {alpha}; a number above 0 and at most 1 is expected. 0.2 is usual for mixup, 1 for cutmix."));
}
