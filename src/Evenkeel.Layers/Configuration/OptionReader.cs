using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Evenkeel.Graph.Models;

namespace Evenkeel.Layers.Configuration;

/// <summary>Reads the options of a layer or an initialiser from JSON; whatever is missing, of another type or unknown is an error that says where.</summary>
public sealed class OptionReader
{
    private readonly JsonElement _element;
    private readonly SortedSet<string> _asked = new(StringComparer.Ordinal);

    internal OptionReader(JsonElement element, string where)
    {
        if (element.ValueKind != JsonValueKind.Object) throw LayerErrors.BadConfiguration(where, Describe(element), "an object {...}");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            if (!names.Add(property.Name)) throw LayerErrors.BadConfiguration(where, $"'{property.Name}' twice", "every option once");
        }

        _element = element;
        Where = where;
    }

    /// <summary>The path of this object, for messages, for example <c>network.layers[2]</c>.</summary>
    public string Where { get; }

    /// <summary>An integer.</summary>
    /// <exception cref="LayerException">EK0125: missing, or no 32-bit integer.</exception>
    public int Integer(string name) => Required(name) is var value && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : throw Wrong(name, value, "an integer");

    /// <summary>An integer, or <paramref name="absent"/> where the option is missing.</summary>
    /// <exception cref="LayerException">EK0125: no 32-bit integer.</exception>
    public int Integer(string name, int absent) => Find(name) is null ? absent : Integer(name);

    /// <summary>A number.</summary>
    /// <exception cref="LayerException">EK0125: missing, or no finite number.</exception>
    public float Number(string name) => ToNumber(name, Required(name));

    /// <summary>A number, or <paramref name="absent"/> where the option is missing.</summary>
    /// <exception cref="LayerException">EK0125: no finite number.</exception>
    public float Number(string name, float absent) => Find(name) is { } value ? ToNumber(name, value) : absent;

    /// <summary>A text.</summary>
    /// <exception cref="LayerException">EK0125: missing, or no text.</exception>
    public string Text(string name) => Required(name) is var value && value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, value, "a text");

    /// <summary>A text, or <paramref name="absent"/> where the option is missing.</summary>
    /// <exception cref="LayerException">EK0125: no text.</exception>
    public string Text(string name, string absent) => Find(name) is null ? absent : Text(name);

    /// <summary>True or false, or <paramref name="absent"/> where the option is missing.</summary>
    /// <exception cref="LayerException">EK0125: neither true nor false.</exception>
    public bool Flag(string name, bool absent) => Find(name) switch
    {
        null => absent,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => throw Wrong(name, other, "true or false"),
    };

    /// <summary>One of an enumeration's names in snake case, or <paramref name="absent"/> where the option is missing.</summary>
    /// <exception cref="LayerException">EK0125: none of the names.</exception>
    public T Choice<T>(string name, T absent)
        where T : struct, Enum
    {
        if (Find(name) is not { } value) return absent;
        var names = Enum.GetNames<T>().Select(OptionWriter.SnakeCase).ToArray();
        if (value.ValueKind != JsonValueKind.String) throw Wrong(name, value, $"one of {string.Join(", ", names)}");
        var index = Array.IndexOf(names, value.GetString());
        return index >= 0 ? Enum.Parse<T>(Enum.GetNames<T>()[index]) : throw Wrong(name, value, $"one of {string.Join(", ", names)}");
    }

    /// <summary>A list of integers.</summary>
    /// <exception cref="LayerException">EK0125: missing, or no list of 32-bit integers.</exception>
    public ImmutableArray<int> Integers(string name)
    {
        var list = Required(name);
        if (list.ValueKind != JsonValueKind.Array) throw Wrong(name, list, "a list of integers");
        return [.. list.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : throw Wrong(name, value, "a list of integers"))];
    }

    /// <summary>A list of integers, or <paramref name="absent"/> where the option is missing.</summary>
    /// <exception cref="LayerException">EK0125: no list of 32-bit integers.</exception>
    public ImmutableArray<int> Integers(string name, ImmutableArray<int> absent) => Find(name) is null ? absent : Integers(name);

    /// <summary>A list of texts, empty where the option is absent.</summary>
    /// <param name="name">The option's name.</param>
    public ImmutableArray<string> Texts(string name)
    {
        if (Find(name) is not { } list) return [];
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(static item => item.ValueKind != JsonValueKind.String)) throw Wrong(name, list, "a list of texts");
        return [.. list.EnumerateArray().Select(static item => item.GetString()!)];
    }

    /// <summary>An object of options, or null where it is missing; call <see cref="Finish"/> on it after reading.</summary>
    /// <exception cref="LayerException">EK0125: no object.</exception>
    public OptionReader? Optional(string name) => Find(name) is { } value ? new(value, $"{Where}.{name}") : null;

    /// <summary>A layer of any registered type.</summary>
    /// <exception cref="LayerException">EK0122: the type is unknown. EK0125, EK0126: options do not fit.</exception>
    public Layer Layer(string name) => LayerTable.Types.Read(new(Required(name), $"{Where}.{name}"));

    /// <summary>A layer of any registered type, or null where the option is missing.</summary>
    /// <exception cref="LayerException">EK0122: the type is unknown. EK0125, EK0126: options do not fit.</exception>
    public Layer? OptionalLayer(string name) => Optional(name) is { } options ? LayerTable.Types.Read(options) : null;

    /// <summary>A list of layers with optional names.</summary>
    /// <exception cref="LayerException">EK0122: a type is unknown. EK0125, EK0126: options do not fit.</exception>
    public ImmutableArray<NamedLayer> Layers(string name)
    {
        var list = Required(name);
        if (list.ValueKind != JsonValueKind.Array) throw Wrong(name, list, "a list of layers");
        return [.. list.EnumerateArray().Select((element, i) =>
        {
            var options = new OptionReader(element, string.Create(CultureInfo.InvariantCulture, $"{Where}.{name}[{i}]"));
            var layerName = options.Find(OptionWriter.LayerName) is null ? null : options.Text(OptionWriter.LayerName);
            return new NamedLayer(layerName, LayerTable.Types.Read(options));
        })];
    }

    /// <summary>An initialiser of any registered type, or <paramref name="absent"/> where the option is missing.</summary>
    /// <exception cref="LayerException">EK0122: the type is unknown. EK0125, EK0126: options do not fit.</exception>
    public Initializer Initializer(string name, Initializer absent) => Optional(name) is { } options ? InitializerTable.Types.Read(options) : absent;

    /// <summary>An initialiser of any registered type, or null where the option is missing.</summary>
    /// <exception cref="LayerException">EK0122: the type is unknown. EK0125, EK0126: options do not fit.</exception>
    public Initializer? OptionalInitializer(string name) => Optional(name) is { } options ? InitializerTable.Types.Read(options) : null;

    /// <summary>Checks that nothing was written that nobody asked for.</summary>
    /// <exception cref="LayerException">EK0126: an option is unknown.</exception>
    public void Finish()
    {
        foreach (var property in _element.EnumerateObject())
        {
            if (!_asked.Contains(property.Name)) throw LayerErrors.UnknownOption(Where, property.Name, _asked);
        }
    }

    internal JsonElement Required(string name) => Find(name) ?? throw LayerErrors.BadConfiguration(Where, $"no '{name}'", "it", null);

    internal LayerException Wrong(string name, JsonElement came, string expected) => LayerErrors.BadConfiguration($"{Where}.{name}", Describe(came), expected);

    private JsonElement? Find(string name)
    {
        _asked.Add(name);
        return _element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private float ToNumber(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) && float.IsFinite(number) ? number : throw Wrong(name, value, "a finite number");

    private static string Describe(JsonElement element)
    {
        var text = element.GetRawText();
        return text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 40), "...");
    }
}
