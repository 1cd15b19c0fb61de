using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Activations;

/// <summary>An element-wise activation: a stateless struct whose functions are inlined into every kernel that it is a type argument of.</summary>
/// <remarks>
/// Implement it in a <c>readonly struct</c> with <c>AggressiveInlining</c> on both functions, pack operations only and no branch on
/// a value. NaN must come out as NaN: write <c>Max(Zero, x)</c>, never <c>Max(x, Zero)</c>.
/// </remarks>
public interface IActivation
{
    /// <summary>The name in command lines and checkpoints: lower case, stable.</summary>
    static abstract string Name { get; }

    /// <summary>What <see cref="Derivative{P}"/> is handed.</summary>
    static abstract DerivativeNeeds DerivativeNeeds { get; }

    /// <summary>Whether <see cref="Forward{P}"/> takes but one or two operations, so that a backward sweep had better apply it again than read y from memory.</summary>
    static virtual bool IsCheap => false;

    /// <summary>Whether <see cref="Inverse{P}"/> exists, so that the input can be had back from the output (in-place activated batch normalisation).</summary>
    static virtual bool IsInvertible => false;

    /// <summary><c>y = f(x)</c></summary>
    static abstract P Forward<P>(P x)
        where P : struct, IPack<P>;

    /// <summary><c>f'</c>, as a function of the saved value that <see cref="DerivativeNeeds"/> names; a finite saved value gives a finite derivative.</summary>
    static abstract P Derivative<P>(P saved)
        where P : struct, IPack<P>;

    /// <summary><c>x = f^-1(y)</c>, where <see cref="IsInvertible"/> says so.</summary>
    /// <exception cref="NotSupportedException">The activation has no inverse.</exception>
    static virtual P Inverse<P>(P y)
        where P : struct, IPack<P> => throw new NotSupportedException("This activation has no inverse.");
}
