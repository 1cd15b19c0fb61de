namespace Evenkeel.Reference;

/// <summary>What an attention is, beside its numbers.</summary>
public sealed record AttentionSettings(int Steps, int Units, int Heads)
{
    /// <summary>Whether a query sees keys up to its own step alone.</summary>
    public bool IsCausal { get; init; }

    /// <summary>`[N, T]`, 0 where a key is padding; null where none is.</summary>
    public double[]? Mask { get; init; }
}

/// <summary>Scaled dot-product attention, Vaswani et al., arXiv 1706.03762, equation 1, with heads: <c>y = softmax(Q K^T / sqrt(d) + mask) V</c>. x is `[N, T, 3 * units]`: queries, keys and values side by side, each with its heads side by side. A query that sees no key gets zeros.</summary>
public static class Attention
{
    /// <summary>y `[N, T, units]`.</summary>
    public static double[] Forward(double[] x, AttentionSettings s)
    {
        double[] y = new double[x.Length / 3];
        foreach ((int sample, int head, int query) in Queries(x, s))
        {
            double[] weights = Weights(x, s, sample, head, query);
            for (int key = 0; key < s.Steps; key++)
                for (int c = 0; c < Size(s); c++)
                    y[Out(s, sample, head, query, c)] += weights[key] * x[In(s, sample, head, key, c, 2)];
        }
        return y;
    }

    /// <summary>What every query gives to every key, `[N, heads, T, T]`.</summary>
    public static double[] Weights(double[] x, AttentionSettings s) => [.. Queries(x, s).SelectMany(place => Weights(x, s, place.Sample, place.Head, place.Query))];

    /// <summary>dx: <c>dp_j = dy v_j</c>, <c>ds_j = p_j (dp_j - sum_k p_k dp_k) / sqrt(d)</c>, <c>dq = sum_j ds_j k_j</c>, <c>dk_j = ds_j q</c>, <c>dv_j = p_j dy</c>.</summary>
    public static double[] Backward(double[] dy, double[] x, AttentionSettings s)
    {
        double[] dx = new double[x.Length];
        foreach ((int sample, int head, int query) in Queries(x, s))
        {
            double[] p = Weights(x, s, sample, head, query), dp = new double[s.Steps];
            for (int key = 0; key < s.Steps; key++)
                for (int c = 0; c < Size(s); c++)
                {
                    double d = dy[Out(s, sample, head, query, c)];
                    dp[key] += d * x[In(s, sample, head, key, c, 2)];
                    dx[In(s, sample, head, key, c, 2)] += p[key] * d;
                }
            double mean = Enumerable.Range(0, s.Steps).Sum(key => p[key] * dp[key]);
            for (int key = 0; key < s.Steps; key++)
                for (int c = 0; c < Size(s); c++)
                {
                    double ds = p[key] * (dp[key] - mean) / Math.Sqrt(Size(s));
                    dx[In(s, sample, head, query, c, 0)] += ds * x[In(s, sample, head, key, c, 1)];
                    dx[In(s, sample, head, key, c, 1)] += ds * x[In(s, sample, head, query, c, 0)];
                }
        }
        return dx;
    }

    private static double[] Weights(double[] x, AttentionSettings s, int sample, int head, int query)
    {
        double[] scores = new double[s.Steps];
        for (int key = 0; key < s.Steps; key++)
        {
            bool isSeen = (!s.IsCausal || key <= query) && (s.Mask is null || s.Mask[sample * s.Steps + key] != 0);
            for (int c = 0; c < Size(s); c++) scores[key] += x[In(s, sample, head, query, c, 0)] * x[In(s, sample, head, key, c, 1)] / Math.Sqrt(Size(s));
            if (!isSeen) scores[key] = double.NegativeInfinity;
        }
        double largest = scores.Max();
        if (double.IsNegativeInfinity(largest)) return new double[s.Steps];
        double[] powers = Array.ConvertAll(scores, score => Math.Exp(score - largest));
        return Array.ConvertAll(powers, power => power / powers.Sum());
    }

    private static int Size(AttentionSettings s) => s.Units / s.Heads;

    /// <summary>Where a number of a query (part 0), key (1) or value (2) stands.</summary>
    private static int In(AttentionSettings s, int sample, int head, int step, int c, int part) => ((sample * s.Steps + step) * 3 + part) * s.Units + head * Size(s) + c;

    private static int Out(AttentionSettings s, int sample, int head, int step, int c) => (sample * s.Steps + step) * s.Units + head * Size(s) + c;

    private static IEnumerable<(int Sample, int Head, int Query)> Queries(double[] x, AttentionSettings s) =>
        from sample in Enumerable.Range(0, x.Length / (3 * s.Units * s.Steps))
        from head in Enumerable.Range(0, s.Heads)
        from query in Enumerable.Range(0, s.Steps)
        select (sample, head, query);
}
