namespace Evenkeel.Training.Decoupled;

/// <summary>Sums over two vectors, in double.</summary>
internal static class Vectors
{
    /// <summary>The cosine of the angle between two vectors; 0 where one of them is zero.</summary>
    public static double Cosine(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double dot = 0, lefts = 0, rights = 0;
        for (var i = 0; i < left.Length; i++)
        {
            dot += (double)left[i] * right[i];
            lefts += (double)left[i] * left[i];
            rights += (double)right[i] * right[i];
        }

        return lefts == 0 || rights == 0 ? 0 : dot / Math.Sqrt(lefts * rights);
    }
}
