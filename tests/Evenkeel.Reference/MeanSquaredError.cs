namespace Evenkeel.Reference;

/// <summary>The mean squared error over all values: <c>L = (1/(N F)) sum (y - t)^2</c>, gradient <c>2 (y - t) / (N F)</c>; as PyTorch's <c>MSELoss</c> with its default reduction.</summary>
public static class MeanSquaredError
{
    /// <summary>The mean of <c>(y - t)^2</c> over all values.</summary>
    public static double Loss(double[] y, double[] targets) => ElementLoss.Squared.Loss(y, targets);

    /// <summary><c>2 (y - t) / count</c>.</summary>
    public static double[] Gradient(double[] y, double[] targets) => ElementLoss.Squared.Gradient(y, targets);
}
