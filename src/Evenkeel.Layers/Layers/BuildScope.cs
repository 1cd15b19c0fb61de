using System.Globalization;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Layers;

/// <summary>A layer's place while a model is built: gives names, makes parameters and states, applies inner layers.</summary>
/// <remarks>Names are paths such as <c>hidden1.bn.gamma</c>; they depend on the network's structure alone and identify tensors in checkpoints.</remarks>
public sealed class BuildScope
{
    private readonly BuildRecord _record;
    private readonly Layer _layer;
    private readonly Dictionary<string, int> _automatic = new(StringComparer.Ordinal);

    internal BuildScope(BuildRecord record, string path, Layer layer)
    {
        _record = record;
        _layer = layer;
        Path = path;
    }

    /// <summary>The layer's path, for example <c>hidden1.bn</c>; empty for the network itself.</summary>
    public string Path { get; }

    /// <summary>The name of the layer's main node: its path, or its kind where the path is empty.</summary>
    public string Name => Path.Length == 0 ? _layer.Kind : Path;

    /// <summary>Where messages say they come from, for example <c>Dense 'hidden1'</c>.</summary>
    public string Where => Path.Length == 0 ? _layer.GetType().Name : $"{_layer.GetType().Name} '{Path}'";

    /// <summary>Which steps of sequences are there, <c>[N, T]</c>, not 0 where one is; null where all are. A <see cref="Masked"/> layer around this one sets it.</summary>
    public Value? Mask => _record.Mask;

    /// <summary>The full name of something inside the layer, for example <c>hidden1.weight</c>.</summary>
    /// <param name="part">Its own name, for example <c>weight</c>.</param>
    public string NameOf(string part) => Path.Length == 0 ? part : $"{Path}.{part}";

    /// <summary>Makes a trained tensor.</summary>
    /// <param name="part">Its own name, for example <c>weight</c>.</param>
    /// <param name="shape">Its shape, not batched.</param>
    /// <param name="initializer">What fills it at the start.</param>
    /// <param name="decays">Whether weight decay applies: yes for the weights of products, no for gamma, beta and biases.</param>
    /// <param name="isTrainable">Whether optimizers move it. Default yes.</param>
    public Value Parameter(string part, Shape shape, Initializer initializer, bool decays, bool isTrainable = true) =>
        new ParameterNode(NameOf(part), shape, initializer, decays, isTrainable).Output;

    /// <summary>Makes a tensor that commits change but no gradient moves.</summary>
    /// <param name="part">Its own name, for example <c>running_mean</c>.</param>
    /// <param name="shape">Its shape, not batched.</param>
    /// <param name="initializer">What fills it at the start.</param>
    public Value State(string part, Shape shape, Initializer initializer) => new StateNode(NameOf(part), shape, initializer).Output;

    /// <summary>Adds an inner layer under a name of its own.</summary>
    /// <param name="name">For example <c>fc1</c>; dots make deeper paths.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="input">What goes into it.</param>
    /// <exception cref="LayerException">EK0123: the name is used in this model. EK0124: it is no name.</exception>
    public Value Apply(string name, Layer layer, Value input)
    {
        if (!IsName(name)) throw LayerErrors.BadName(Where, name);
        return _record.Apply(NameOf(name), layer, input);
    }

    /// <summary>Adds an inner layer under an automatic name: its kind and which of that kind it is here, from 1, for example <c>dense2</c>.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">What goes into it.</param>
    public Value Apply(Layer layer, Value input) => Apply(AutomaticName(layer), layer, input);

    /// <summary>Builds something for which <see cref="Mask"/> is another one.</summary>
    internal Value WithMask(Value mask, Func<Value> build)
    {
        var outer = _record.Mask;
        _record.Mask = mask;
        try
        {
            return build();
        }
        finally
        {
            _record.Mask = outer;
        }
    }

    private string AutomaticName(Layer layer)
    {
        var number = _automatic[layer.Kind] = _automatic.GetValueOrDefault(layer.Kind) + 1;
        return string.Create(CultureInfo.InvariantCulture, $"{layer.Kind}{number}");
    }

    private static bool IsName(string name) =>
        name.Split('.').All(static part => part.Length > 0 && part.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-'));
}
