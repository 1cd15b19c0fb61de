namespace Evenkeel.Reference;

/// <summary>The mean squared error over all values: <c>L = (1/(N F)) sum (y - t)^2</c>, gradient <c>2 (y - t) / (N F)</c>; as PyTorch's <c>MSELoss</c> with its default reduction.</summary>
public static class MeanSquaredError
{
    /// <summary>The mean of <c>(y - t)^2</c> over all values.</summary>
    public static double Loss(double[] y, double[] targets)
    {
        Shape.Require(targets, y.Length, nameof(targets));
        double sum = 0;
        for (int i = 0; i < y.Length; i++) sum += (y[i] - targets[i]) * (y[i] - targets[i]);
        return sum / y.Length;
    }

    /// <summary><c>2 (y - t) / count</c>.</summary>
    public static double[] Gradient(double[] y, double[] targets)
    {
        Shape.Require(targets, y.Length, nameof(targets));
        return [.. y.Select((v, i) => 2 * (v - targets[i]) / y.Length)];
    }
}
