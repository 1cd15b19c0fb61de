namespace Evenkeel.Reference;

/// <summary>Running averages of weights: Polyak and Juditsky, 1992, in exponential form; with <c>back</c> the slow step of Zhang et al., arXiv 1907.08610, Algorithm 1.</summary>
public static class Averaging
{
    /// <summary><c>s = retention s + (1 - retention) w</c>, and then <c>w = s</c> where <paramref name="back"/> says so; in place.</summary>
    public static void Follow(double[] w, double[] s, double retention, bool back = false)
    {
        Shape.Require(s, w.Length, nameof(s));
        for (int i = 0; i < w.Length; i++)
        {
            s[i] = (retention * s[i]) + ((1 - retention) * w[i]);
            if (back) w[i] = s[i];
        }
    }
}
