using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Elementwise;

/// <summary>A function of one element of up to two tensors and one number per channel, as a type argument of <see cref="ElementSweep{TFunction}"/>.</summary>
public interface IElementFunction
{
    /// <summary>Whether the second tensor is read.</summary>
    static virtual bool ReadsSecond => false;

    /// <summary>Whether a number per channel is read.</summary>
    static virtual bool ReadsChannel => false;

    /// <summary>Whether a single number is read in place of one per channel.</summary>
    static virtual bool ReadsFactor => false;

    /// <summary><c>y = f(a, b, c)</c>; operands that are not read are zero.</summary>
    static abstract P Apply<P>(P a, P b, P c)
        where P : struct, IPack<P>;
}
