namespace Evenkeel.Reference;

/// <summary>Inverted dropout with a given mask: <c>y = x mask / keep</c>, and the identity at inference. Srivastava et al., JMLR 15 (2014), section 10.</summary>
/// <remarks>Linear in x, so the backward pass is the same map applied to dy.</remarks>
public static class Dropout
{
    /// <summary><c>x / keep</c> where the mask keeps, 0 where it drops.</summary>
    /// <param name="keep">The probability with which the mask was drawn, in (0, 1].</param>
    public static double[] Apply(double[] x, bool[] mask, double keep)
    {
        Shape.Require(mask, x.Length, nameof(mask));
        return [.. x.Select((v, i) => mask[i] ? v / keep : 0)];
    }
}
