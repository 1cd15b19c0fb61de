using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>The matrix that decorrelates centred channels in groups: <c>W = (M / n + epsilon I)^(-1/2)</c> per block of the second moments <c>M = x^T x</c>, by Newton-Schulz iterations, its columns times gamma.</summary>
/// <remarks>
/// Huang et al., arXiv 1804.08450 and 1904.03441. A training plan takes the matrix of its batch, and a commit moves the running one, a raw average with its weight; an evaluation plan takes the running one, or the unit matrix while there is none.
/// </remarks>
public sealed class WhiteningNode : Node
{
    /// <summary>Creates the node.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="moments"><c>[C, C]</c>: sums of products of centred channels over all values of a batch.</param>
    /// <param name="gamma"><c>[C]</c>, or null for 1.</param>
    /// <param name="running">State <c>[C * group]</c>: the raw running average of W, block by block.</param>
    /// <param name="weight">State <c>[2]</c>: the weight that the raw average has gathered, and the number of updates.</param>
    /// <param name="input">The shape of what is decorrelated: it says how many values a batch has.</param>
    /// <param name="options">Groups and iterations.</param>
    /// <param name="usesRunning">Whether training takes the running matrix too, and leaves it. Default no; yes for frozen layers.</param>
    /// <exception cref="GraphException">EK0101: shapes do not fit. EK0105: an option is out of its range.</exception>
    public WhiteningNode(string name, Value moments, Value? gamma, Value running, Value weight, Shape input, WhiteningOptions options, bool usesRunning = false)
        : base(name, [moments, running, weight, .. gamma is null ? Array.Empty<Value>() : [gamma]])
    {
        if (!options.IsValid) throw GraphException.BadOption(name, $"{options}", "a group size from 1 on, 1 to 20 iterations, and epsilon above 0", "The defaults are 16, 5 and 1e-5.");
        var channels = input.Channels;
        if (moments.Shape != Shape.Of(channels, channels)) throw GraphException.ShapeMismatch(name, $"moments {moments.Shape}", $"[{channels}, {channels}] for channels of {input}", "Multiply the transposed, centred tensor by itself.");
        if (gamma is not null && gamma.Shape != Shape.Of(channels)) throw GraphException.ShapeMismatch(name, $"gamma {gamma.Shape}", $"[{channels}], one number per channel of {input}", "Give it the size of the last dimension.");
        var entries = EntriesOf(channels, options.GroupSize);
        if (running.Shape != Shape.Of(entries) || weight.Shape != Shape.Of(2)) throw GraphException.ShapeMismatch(name, $"states {running.Shape} and {weight.Shape}", $"[{entries}] and [2]", "The running matrix has its blocks one behind another.");
        (InputShape, Options, UsesRunning) = (input, options, usesRunning);
        Output = AddOutput(moments.Shape);
        Candidate = AddOutput(Shape.Of(2 * (entries + 2)), "candidate");
    }

    /// <summary>The shape of what is decorrelated.</summary>
    public Shape InputShape { get; }

    /// <summary>Groups and iterations.</summary>
    public WhiteningOptions Options { get; }

    /// <summary>Whether training takes the running matrix too.</summary>
    public bool UsesRunning { get; }

    /// <summary>W, its columns times gamma; zeros outside the blocks.</summary>
    public Value Output { get; }

    /// <summary>The states that a commit would leave, as doubles: the running matrix, its weight, the number of updates.</summary>
    public Value Candidate { get; }

    /// <summary>The second moments.</summary>
    public Value Moments => Inputs[0];

    /// <summary>Gamma, or null for 1.</summary>
    public Value? Gamma => Inputs.Length > 3 ? Inputs[3] : null;

    /// <inheritdoc/>
    public override IReadOnlyList<StateCandidate> Candidates => UsesRunning ? [] : [new(Inputs[1], Candidate, 0), new(Inputs[2], Candidate, (Candidate.Shape.Channels / 2) - 2)];

    /// <summary>Entries of all blocks.</summary>
    /// <param name="channels">The channels.</param>
    /// <param name="group">Channels of a block; the last one may have fewer.</param>
    public static int EntriesOf(int channels, int group) => checked((channels / group * group * group) + (channels % group * (channels % group)));

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        if (context.Cotangent(Output) is not { } cotangent) return;
        var backward = new WhiteningBackwardNode($"{Name}.backward", cotangent, this);
        if (!UsesRunning) context.Add(Moments, backward.MomentCotangent);
        if (Gamma is { } gamma) context.Add(gamma, backward.GammaCotangent);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new WhiteningNode(Name, inputs[0], inputs.Length > 3 ? inputs[3] : null, inputs[1], inputs[2], InputShape, Options, UsesRunning);

    /// <summary>The same by the running matrix, which stays.</summary>
    public WhiteningNode Frozen() => new(Name, Moments, Gamma, Inputs[1], Inputs[2], InputShape, Options, usesRunning: true);
}
