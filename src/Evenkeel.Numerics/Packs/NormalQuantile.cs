using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Packs;

/// <summary>Numbers of the standard normal distribution from uniform ones, without branches.</summary>
public static class NormalQuantile
{
    /// <summary><c>sqrt(2) erfinv(u)</c> for u in (-1, 1): standard normal where u is uniform. Relative error below 2e-6.</summary>
    /// <remarks>The two polynomials in <c>w = -log(1 - u^2)</c> of M. Giles, "Approximating the erfinv function", GPU Computing Gems 2, 2010, single precision; both are evaluated and one is taken.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static P OfSymmetric<P>(P u)
        where P : struct, IPack<P>
    {
        var one = P.Broadcast(1);
        var w = -PackMath.Log((one - u) * (one + u));
        var middle = w - P.Broadcast(2.5f);
        var p = P.MultiplyAdd(P.Broadcast(2.81022636e-08f), middle, P.Broadcast(3.43273939e-07f));
        p = P.MultiplyAdd(p, middle, P.Broadcast(-3.5233877e-06f));
        p = P.MultiplyAdd(p, middle, P.Broadcast(-4.39150654e-06f));
        p = P.MultiplyAdd(p, middle, P.Broadcast(0.00021858087f));
        p = P.MultiplyAdd(p, middle, P.Broadcast(-0.00125372503f));
        p = P.MultiplyAdd(p, middle, P.Broadcast(-0.00417768164f));
        p = P.MultiplyAdd(p, middle, P.Broadcast(0.246640727f));
        p = P.MultiplyAdd(p, middle, P.Broadcast(1.50140941f));

        var far = P.SquareRoot(P.Max(P.Zero, w)) - P.Broadcast(3);
        var q = P.MultiplyAdd(P.Broadcast(-0.000200214257f), far, P.Broadcast(0.000100950558f));
        q = P.MultiplyAdd(q, far, P.Broadcast(0.00134934322f));
        q = P.MultiplyAdd(q, far, P.Broadcast(-0.00367342844f));
        q = P.MultiplyAdd(q, far, P.Broadcast(0.00573950773f));
        q = P.MultiplyAdd(q, far, P.Broadcast(-0.0076224613f));
        q = P.MultiplyAdd(q, far, P.Broadcast(0.00943887047f));
        q = P.MultiplyAdd(q, far, P.Broadcast(1.00167406f));
        q = P.MultiplyAdd(q, far, P.Broadcast(2.83297682f));
        return P.SelectGreater(P.Broadcast(5), w, p, q) * u * P.Broadcast(1.41421356f);
    }
}
