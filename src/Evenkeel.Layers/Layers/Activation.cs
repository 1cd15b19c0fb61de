using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;
using Evenkeel.Numerics.Activations;

namespace Evenkeel.Layers;

/// <summary>An element-wise nonlinearity by its name, <c>y = g(x)</c>; also one that was registered with <see cref="ActivationTable"/>.</summary>
public sealed class Activation : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="name">Its name in the table of activations, for example <c>relu</c>; checked when a model is built.</param>
    public Activation(string name) => Name = name;

    /// <summary>The name in the table of activations.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override string Kind => "activation";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0122: there is no such activation.</exception>
    public override Value Build(BuildScope scope, Value input) => Build(scope, input, Name);

    internal static Value Build(BuildScope scope, Value input, string name)
    {
        if (!ActivationTable.Contains(name)) throw LayerErrors.UnknownName(scope.Where, "activation", name, ActivationTable.Names);
        return new ActivationNode(scope.Name, input, name).Output;
    }

    internal static Activation Read(OptionReader options) => new(options.Text("function"));

    internal static void Write(Activation layer, OptionWriter options) => options.Text("function", layer.Name);
}
