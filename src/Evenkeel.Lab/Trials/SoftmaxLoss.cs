namespace Evenkeel.Lab.Trials;

/// <summary>The cross entropy of one row of logits, with its gradient.</summary>
internal static class SoftmaxLoss
{
    /// <summary><c>log(sum exp z) - z_label</c>, in nats.</summary>
    /// <param name="logits">z.</param>
    /// <param name="label">The class.</param>
    /// <param name="factor">What the gradient is multiplied by.</param>
    /// <param name="gradient">Receives <c>factor (softmax(z) - onehot)</c>.</param>
    public static double Of(ReadOnlySpan<float> logits, int label, float factor, Span<float> gradient)
    {
        var most = float.NegativeInfinity;
        foreach (var logit in logits) most = Math.Max(most, logit);
        var sum = 0.0;
        foreach (var logit in logits) sum += Math.Exp(logit - most);
        for (var i = 0; i < logits.Length; i++) gradient[i] = factor * (float)((Math.Exp(logits[i] - most) / sum) - (i == label ? 1 : 0));
        return Math.Log(sum) + most - logits[label];
    }

    /// <summary>The class with the largest logit; the first of several.</summary>
    public static int Choice(ReadOnlySpan<float> logits)
    {
        var choice = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[choice]) choice = i;
        }

        return choice;
    }
}
