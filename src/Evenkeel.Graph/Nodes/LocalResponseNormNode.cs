using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;

namespace Evenkeel.Graph.Nodes;

/// <summary>Local response normalisation: <c>y = x / (k + alpha / n sum x^2)^beta</c>, the sum over the n channels around each channel.</summary>
/// <remarks>Krizhevsky, Sutskever and Hinton 2012, section 3.3, with alpha divided by n as in Caffe and PyTorch. The same in training and evaluation.</remarks>
public sealed class LocalResponseNormNode : Node
{
    /// <summary>Creates the normalisation.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="input"><c>[N, ..., C]</c></param>
    /// <param name="size">n, an odd number of channels.</param>
    /// <param name="alpha">What multiplies the mean square, at least 0.</param>
    /// <param name="beta">The power, at least 0.</param>
    /// <param name="bias">k, above 0.</param>
    /// <exception cref="GraphException">EK0105: a number is out of its range.</exception>
    public LocalResponseNormNode(string name, Value input, int size, float alpha, float beta, float bias)
        : base(name, input)
    {
        if (size < 1 || size % 2 == 0 || !(alpha >= 0 && beta >= 0 && bias > 0)) throw GraphException.BadOption(name, $"a window of {size}, alpha {alpha}, beta {beta}, k {bias}", "an odd window, alpha and beta of at least 0, k above 0", "Usual are 5, 1e-4, 0.75 and 2.");
        (Size, Alpha, Beta, Bias) = (size, alpha, beta, bias);
        Output = AddOutput(input.Shape);
    }

    /// <summary>Channels of a window.</summary>
    public int Size { get; }

    /// <summary>What multiplies the mean square.</summary>
    public float Alpha { get; }

    /// <summary>The power.</summary>
    public float Beta { get; }

    /// <summary>k.</summary>
    public float Bias { get; }

    /// <summary>The normalised tensor.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is { } cotangent) context.Add(Inputs[0], new LocalResponseNormBackwardNode($"{Name}.backward", cotangent, Inputs[0], Size, Alpha, Beta, Bias).InputCotangent);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new LocalResponseNormNode(Name, inputs[0], Size, Alpha, Beta, Bias);
}
