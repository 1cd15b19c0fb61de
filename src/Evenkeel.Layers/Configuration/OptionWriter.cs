using System.Collections.Immutable;
using System.Text.Json;
using Evenkeel.Graph.Models;

namespace Evenkeel.Layers.Configuration;

/// <summary>Writes the options of a layer or an initialiser as JSON; every option is written, so that later defaults do not change stored models.</summary>
public sealed class OptionWriter
{
    /// <summary>The option that names a layer inside a list.</summary>
    internal const string LayerName = "name";

    private readonly Utf8JsonWriter _writer;

    internal OptionWriter(Utf8JsonWriter writer, string where)
    {
        _writer = writer;
        Where = where;
    }

    /// <summary>The path of this object, for messages.</summary>
    public string Where { get; }

    /// <summary>Writes an integer.</summary>
    public void Integer(string name, int value) => _writer.WriteNumber(name, value);

    /// <summary>Writes a number, in as many digits as give back the same bits.</summary>
    /// <exception cref="LayerException">EK0120: it is NaN or infinite, which JSON has no words for.</exception>
    public void Number(string name, float value)
    {
        if (!float.IsFinite(value)) throw LayerErrors.BadOption(Where, name, value, "a finite number", "Correct the option.");
        _writer.WriteNumber(name, value);
    }

    /// <summary>Writes a text.</summary>
    public void Text(string name, string value) => _writer.WriteString(name, value);

    /// <summary>Writes true or false.</summary>
    public void Flag(string name, bool value) => _writer.WriteBoolean(name, value);

    /// <summary>Writes an enumeration's name in snake case.</summary>
    public void Choice<T>(string name, T value)
        where T : struct, Enum => _writer.WriteString(name, SnakeCase(Enum.GetName(value) ?? throw new ArgumentOutOfRangeException(nameof(value), value, "The value has no name.")));

    /// <summary>Writes a list of integers.</summary>
    public void Integers(string name, ImmutableArray<int> values)
    {
        _writer.WriteStartArray(name);
        foreach (var value in values) _writer.WriteNumberValue(value);
        _writer.WriteEndArray();
    }

    /// <summary>Writes an object of options.</summary>
    public void Object(string name, Action<OptionWriter> write)
    {
        _writer.WriteStartObject(name);
        write(new(_writer, $"{Where}.{name}"));
        _writer.WriteEndObject();
    }

    /// <summary>Writes a layer of a registered type.</summary>
    /// <exception cref="LayerException">EK0127: its type is not registered.</exception>
    public void Layer(string name, Layer layer) => Object(name, options => LayerTable.Types.Write(layer, options));

    /// <summary>Writes layers with their names, where they have one.</summary>
    /// <exception cref="LayerException">EK0127: a type is not registered.</exception>
    public void Layers(string name, ImmutableArray<NamedLayer> layers)
    {
        _writer.WriteStartArray(name);
        for (var i = 0; i < layers.Length; i++)
        {
            _writer.WriteStartObject();
            if (layers[i].Name is { } layerName) _writer.WriteString(LayerName, layerName);
            LayerTable.Types.Write(layers[i].Layer, new(_writer, $"{Where}.{name}[{i}]"));
            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
    }

    /// <summary>Writes an initialiser of a registered type.</summary>
    /// <exception cref="LayerException">EK0127: its type is not registered.</exception>
    public void Initializer(string name, Initializer initializer) => Object(name, options => InitializerTable.Types.Write(initializer, options));

    internal static string SnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
