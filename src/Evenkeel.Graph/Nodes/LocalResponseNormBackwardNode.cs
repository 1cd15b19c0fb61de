using System.Collections.Immutable;

namespace Evenkeel.Graph.Nodes;

/// <summary>The adjoint of <see cref="LocalResponseNormNode"/>: <c>dx = dy d^-beta - 2 alpha beta / n x sum(dy x d^(-beta-1))</c>.</summary>
public sealed class LocalResponseNormBackwardNode : Node
{
    /// <summary>Creates the adjoint.</summary>
    /// <param name="name">Where it stands.</param>
    /// <param name="cotangent">dy.</param>
    /// <param name="input">x.</param>
    /// <param name="size">As forward.</param>
    /// <param name="alpha">As forward.</param>
    /// <param name="beta">As forward.</param>
    /// <param name="bias">As forward.</param>
    public LocalResponseNormBackwardNode(string name, Value cotangent, Value input, int size, float alpha, float beta, float bias)
        : base(name, cotangent, input)
    {
        (Size, Alpha, Beta, Bias) = (size, alpha, beta, bias);
        InputCotangent = AddOutput(input.Shape, "d_input");
    }

    /// <summary>Channels of a window.</summary>
    public int Size { get; }

    /// <summary>What multiplies the mean square.</summary>
    public float Alpha { get; }

    /// <summary>The power.</summary>
    public float Beta { get; }

    /// <summary>k.</summary>
    public float Bias { get; }

    /// <summary>The cotangent of the input.</summary>
    public Value InputCotangent { get; }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new LocalResponseNormBackwardNode(Name, inputs[0], inputs[1], Size, Alpha, Beta, Bias);
}
