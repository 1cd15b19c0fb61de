using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Normalization;

namespace Evenkeel.Graph.Nodes;

/// <summary>Noise that moves the distribution of every unit anew at every step: in training <c>y = s x + m</c> with random s and m; in evaluation <c>y = x</c>.</summary>
/// <remarks>Santurkar et al., arXiv 1805.11604, Algorithm 1 of the appendix ("noisy BatchNorm"). A unit is a channel; places count as the batch. The numbers depend on the seed, the node's name, the attempt and the index alone.</remarks>
public sealed class MomentNoiseNode : Node
{
    /// <summary>Creates the noise.</summary>
    /// <param name="name">Where it stands in the model; also the name of its random streams.</param>
    /// <param name="input"><c>[N, ..., C]</c></param>
    /// <param name="options">How much.</param>
    /// <exception cref="GraphException">EK0105: an option is out of its range.</exception>
    public MomentNoiseNode(string name, Value input, MomentNoiseOptions options)
        : base(name, input)
    {
        if (!options.IsValid) throw GraphException.BadOption(name, $"{options}", "ranges from 0 on, and a largest deviation from 1 on", "The paper's are 0.5, 1.25, 0.1 and 0.1.");
        Options = options;
        Output = AddOutput(input.Shape);
        Factor = AddOutput(input.Shape, "factor");
    }

    /// <summary>How much.</summary>
    public MomentNoiseOptions Options { get; }

    /// <summary>The moved input.</summary>
    public Value Output { get; }

    /// <summary>s of every element.</summary>
    public Value Factor { get; }

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is { } cotangent)
            context.Add(Inputs[0], new MultiplyNode($"{Name}.backward", cotangent, Factor).Output);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new MomentNoiseNode(Name, inputs[0], Options);
}
