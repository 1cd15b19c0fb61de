using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>Weights divided by their largest singular value, <c>W / sigma</c> with <c>sigma = v^T W u</c>; the units are the columns of W, whatever its other dimensions.</summary>
/// <remarks>
/// Miyato et al., arXiv 1802.05957, Algorithm 1. Every training step takes a power iteration, <c>v = W u / |W u|</c> and <c>u = W^T v / |W^T v|</c>, from the states, and a commit moves the states there;
/// an evaluation plan uses the states as they are. The gradient counts v and u as constants.
/// </remarks>
public sealed class SpectralNormNode : Node
{
    /// <summary>Creates the node.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="weight"><c>[..., units]</c>, not batched.</param>
    /// <param name="left">State v, one number per row of W.</param>
    /// <param name="right">State u <c>[units]</c>.</param>
    /// <param name="iterates">Whether training moves u and v. Default yes; no for frozen weights.</param>
    /// <exception cref="GraphException">EK0101: shapes do not fit.</exception>
    public SpectralNormNode(string name, Value weight, Value left, Value right, bool iterates = true)
        : base(name, weight, left, right)
    {
        if (weight.Shape.IsBatched || weight.Shape.Rank < 2) throw GraphException.ShapeMismatch(name, $"weight {weight.Shape}", "[inputs, units] or [height, width, channels, filters]", "Samples are normalised by other nodes.");
        Units = weight.Shape.Channels;
        Rows = checked((int)(weight.Shape.ElementsPerSample / Units));
        if (left.Shape != Shape.Of(Rows) || right.Shape != Shape.Of(Units)) throw GraphException.ShapeMismatch(name, $"vectors {left.Shape} and {right.Shape}", $"[{Rows}] and [{Units}], the sides of {weight.Shape} as a matrix", "Give the vectors those sizes.");
        Iterates = iterates;
        Output = AddOutput(weight.Shape);
        Candidate = AddOutput(Shape.Of(2 * (Rows + Units + 1)), "candidate");
    }

    /// <summary>Rows of W as a matrix.</summary>
    public int Rows { get; }

    /// <summary>Columns of W.</summary>
    public int Units { get; }

    /// <summary>Whether training moves u and v.</summary>
    public bool Iterates { get; }

    /// <summary>The weights to use.</summary>
    public Value Output { get; }

    /// <summary>v, u and sigma of this run as doubles: what the backward pass reads and a commit makes the states.</summary>
    public Value Candidate { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<StateCandidate> Candidates => Iterates ? [new(Inputs[1], Candidate, 0), new(Inputs[2], Candidate, Rows)] : [];

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is { } cotangent) context.Add(Inputs[0], new SpectralNormBackwardNode($"{Name}.backward", cotangent, this).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new SpectralNormNode(Name, inputs[0], inputs[1], inputs[2], Iterates);

    /// <summary>The same on vectors that stay.</summary>
    public SpectralNormNode Frozen() => new(Name, Inputs[0], Inputs[1], Inputs[2], iterates: false);
}
