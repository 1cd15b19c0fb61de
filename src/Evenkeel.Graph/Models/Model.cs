using System.Collections.Immutable;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Rewriting;
using Evenkeel.Graph.Verification;

namespace Evenkeel.Graph.Models;

/// <summary>A network: the graph from its input to its output, and the values of its parameters and states.</summary>
/// <remarks>
/// A model has no training mode. A training plan and an evaluation plan are compiled from it by the engine and share its values.
/// Values may be read and written from any thread while no plan of the model is running.
/// </remarks>
public sealed class Model
{
    /// <summary>Completes a graph to a model and fills its parameters.</summary>
    /// <param name="input">Where data comes in.</param>
    /// <param name="output">What the model makes, for example logits <c>[N, classes]</c>.</param>
    /// <param name="seed">Every random initial value is a function of this seed and the tensor's name.</param>
    /// <exception cref="GraphException">Names are used twice or shapes do not fit.</exception>
    public Model(InputNode input, Value output, ulong seed)
    {
        var dropped = new List<string>();
        Output = DropCancelledBias.Apply(output, dropped);
        Input = input;
        Seed = seed;
        DroppedBiases = [.. dropped];
        Nodes = [.. NodeOrder.Of(Output)];
        GraphVerifier.Verify(Nodes);

        // Decayed, plain and constant parameters stand together, so that an update is one sweep per group.
        ParameterNodes = [.. Nodes.OfType<ParameterNode>().OrderBy(static node => node switch { { IsTrainable: false } => 2, { Decays: true } => 0, _ => 1 })];
        StateNodes = [.. Nodes.OfType<StateNode>()];
        Parameters = new TensorStore<float>(ParameterNodes.Select(static node => (node.Name, node.Output.Shape)));
        States = new TensorStore<double>(StateNodes.Select(static node => (node.Name, node.Output.Shape)));
        foreach (var node in ParameterNodes) node.Initializer.Fill(Parameters[node.Name].Span, node.Output.Shape, seed, node.Name);
        foreach (var node in StateNodes)
        {
            var values = new float[States[node.Name].Length];
            node.Initializer.Fill(values, node.Output.Shape, seed, node.Name);
            for (var i = 0; i < values.Length; i++) States[node.Name].Span[i] = values[i];
        }
    }

    private Model(Model whole, InputNode input, Value output)
    {
        (Input, Output, Seed, DroppedBiases) = (input, output, whole.Seed, []);
        Nodes = [.. NodeOrder.Of(output)];
        GraphVerifier.Verify(Nodes);
        var own = Nodes.ToHashSet<Node>(ReferenceEqualityComparer.Instance);
        ParameterNodes = [.. whole.ParameterNodes.Where(own.Contains)];
        StateNodes = [.. whole.StateNodes.Where(own.Contains)];
        (Parameters, States) = (whole.Parameters, whole.States);
    }

    /// <summary>Where data comes in.</summary>
    public InputNode Input { get; }

    /// <summary>What the model makes.</summary>
    public Value Output { get; }

    /// <summary>The seed of the initial values.</summary>
    public ulong Seed { get; }

    /// <summary>The layers whose bias was dropped because batch normalisation subtracts it again.</summary>
    public ImmutableArray<string> DroppedBiases { get; init; }

    /// <summary>All nodes, every one after the nodes that it reads.</summary>
    public ImmutableArray<Node> Nodes { get; }

    /// <summary>The parameters' nodes, in the order of <see cref="Parameters"/>: decayed ones, plain ones, constant ones.</summary>
    public ImmutableArray<ParameterNode> ParameterNodes { get; }

    /// <summary>The states' nodes, in the order of <see cref="States"/>.</summary>
    public ImmutableArray<StateNode> StateNodes { get; }

    /// <summary>The layers in the order in which they were built, an outer one after its inner ones; empty where the graph was built from nodes.</summary>
    public ImmutableArray<ModelLayer> Layers { get; init; } = [];

    /// <summary>How to build the model again, as JSON for a checkpoint; null where only code can.</summary>
    public string? Configuration { get; init; }

    /// <summary>The parameters' values.</summary>
    public TensorStore<float> Parameters { get; }

    /// <summary>The states' values.</summary>
    public TensorStore<double> States { get; }

    /// <summary>The part of the model between two values, as a model that has the values' shapes at its ends and shares this one's memory.</summary>
    /// <param name="from">What comes in: the model's input or one of <see cref="CutValues"/>.</param>
    /// <param name="to">What goes out: one of <see cref="CutValues"/> behind <paramref name="from"/>, or the model's output.</param>
    /// <returns>The part. Its nodes are its own; <see cref="Parameters"/> and <see cref="States"/> are those of this model, and hold more than the part's.</returns>
    public Model Part(Value from, Value to)
    {
        if (ReferenceEquals(from, Input.Output)) return new Model(this, Input, to);
        var input = new InputNode($"{from.Name}.boundary", from.Shape);
        var output = GraphRewriter.Rewrite([to], (node, _) => ReferenceEquals(node, from.Producer) ? [.. node.Outputs.Select(value => ReferenceEquals(value, from) ? input.Output : value)] : null)[0];
        return new Model(this, input, output);
    }
}
