namespace Evenkeel.Layers;

/// <summary>A layer and its name inside the one around it; without a name it gets its kind and a number.</summary>
/// <param name="Name">The name, or null for an automatic one such as <c>dense2</c>.</param>
/// <param name="Layer">The layer.</param>
public readonly record struct NamedLayer(string? Name, Layer Layer)
{
    /// <summary>A layer that gets an automatic name.</summary>
    public static implicit operator NamedLayer(Layer layer) => new(null, layer);

    /// <summary>A name and a layer.</summary>
    public static implicit operator NamedLayer((string Name, Layer Layer) pair) => new(pair.Name, pair.Layer);
}
