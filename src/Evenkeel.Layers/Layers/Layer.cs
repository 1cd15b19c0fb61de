using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Models;

namespace Evenkeel.Layers;

/// <summary>A piece of a network: immutable options, and the recipe that builds its part of a graph.</summary>
/// <remarks>
/// A layer holds no numbers: <see cref="Build(Shape, ulong)"/> makes a <see cref="Model"/>, which does. One layer object may therefore be used
/// in several places and models, and each place gets parameters of its own. For a layer of your own derive a sealed class; see <see cref="Configuration.LayerTable"/> if checkpoints shall rebuild it.
/// </remarks>
public abstract class Layer
{
    /// <summary>What the layer is, in lower case, for example <c>dense</c>: its type in configurations and the start of automatic names.</summary>
    public abstract string Kind { get; }

    /// <summary>Adds the layer behind <paramref name="input"/>.</summary>
    /// <param name="scope">The layer's place: names, parameters, inner layers.</param>
    /// <param name="input">What comes in, <c>[N, ...]</c>.</param>
    /// <returns>What goes out.</returns>
    /// <exception cref="EvenkeelException">Options or shapes cannot be; the message names the layer.</exception>
    public abstract Value Build(BuildScope scope, Value input);

    /// <summary>Makes a model of this network, with its first values.</summary>
    /// <param name="inputShape">The shape of the data, for example <c>Shape.Batch(784)</c>.</param>
    /// <param name="seed">Every first value is a function of this seed and the tensor's name. Default 0.</param>
    /// <returns>The model; its <see cref="Model.Configuration"/> is set where every layer can be configured.</returns>
    /// <exception cref="EvenkeelException">Options or shapes cannot be; the message names the layer.</exception>
    public Model Build(Shape inputShape, ulong seed = 0)
    {
        if (!inputShape.IsBatched)
            throw LayerErrors.BadInput(GetType().Name, inputShape, "a batch [N, ...]", $"Write Shape.Batch({string.Join(", ", inputShape.Sizes)}).");
        var configuration = new ModelConfiguration { InputShape = inputShape, Network = this, Seed = seed };
        var input = new InputNode("features", inputShape);
        var record = new BuildRecord();
        var output = record.Apply("", this, input.Output);
        return new Model(input, output, seed) { Layers = record.Layers, Configuration = configuration.TryToJson() };
    }

    /// <summary>The layer under a name, for <see cref="Sequential"/>.</summary>
    /// <param name="name">For example <c>hidden1</c> or <c>hidden1.bn</c>.</param>
    public NamedLayer Named(string name) => new(name, this);
}
