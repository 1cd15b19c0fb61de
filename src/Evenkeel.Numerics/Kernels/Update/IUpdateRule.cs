using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Update;

/// <summary>The numbers of one commit that update rules are written in.</summary>
public struct UpdateNumbers
{
    /// <summary>The learning rate.</summary>
    public float LearningRate;

    /// <summary>The weight decay of the range; 0 where the range does not decay.</summary>
    public float WeightDecay;

    /// <summary>Momentum, or beta 1.</summary>
    public float FirstRetention;

    /// <summary>Beta 2.</summary>
    public float SecondRetention;

    /// <summary>What keeps a divisor from zero.</summary>
    public float Epsilon;

    /// <summary>1 - beta1, rounded once: the difference of rounded numbers would be 1e-7 / (1 - beta1) off.</summary>
    public float FirstComplement;

    /// <summary>1 - beta2, rounded once.</summary>
    public float SecondComplement;

    /// <summary>What the mean gradient is multiplied by, for example 1 / (1 - beta1^t).</summary>
    public float FirstCorrection;

    /// <summary>What the mean squared gradient is multiplied by, for example 1 / (1 - beta2^t).</summary>
    public float SecondCorrection;

    /// <summary>What the gradient itself is multiplied by, where a rule looks ahead.</summary>
    public float GradientCorrection;
}

/// <summary>How one parameter follows its gradient, in pack operations; a type argument of <see cref="UpdateSweep{TRule}"/>.</summary>
public interface IUpdateRule
{
    /// <summary>How many slots the rule remembers: 0 to 3.</summary>
    static abstract int Slots { get; }

    /// <summary>The new parameter.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="first">Slot 0, read and written; zero where there is none.</param>
    /// <param name="second">Slot 1, read and written; zero where there is none.</param>
    /// <param name="third">Slot 2, read and written; zero where there is none.</param>
    /// <param name="numbers">The commit's numbers.</param>
    static abstract P Apply<P>(P parameter, P gradient, ref P first, ref P second, ref P third, ref UpdateNumbers numbers)
        where P : struct, IPack<P>;
}
