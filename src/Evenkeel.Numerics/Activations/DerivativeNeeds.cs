namespace Evenkeel.Numerics.Activations;

/// <summary>What the derivative of an activation is a function of: the value that must be at hand in the backward pass.</summary>
public enum DerivativeNeeds
{
    /// <summary>Nothing: the derivative is constant.</summary>
    Nothing,

    /// <summary>The input <c>x</c>, the value before the activation.</summary>
    Input,

    /// <summary>The output <c>y = f(x)</c>.</summary>
    Output,
}
