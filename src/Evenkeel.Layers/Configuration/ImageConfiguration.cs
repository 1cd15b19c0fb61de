using System.Collections.Immutable;

namespace Evenkeel.Layers.Configuration;

/// <summary>Sizes and padding as JSON: <c>[3, 3]</c>, <c>{"kind":"same"}</c>, <c>{"kind":"explicit","places":[1,1,1,1]}</c> (top, bottom, left, right).</summary>
internal static class ImageConfiguration
{
    public static Size2 Size(OptionReader options, string name) => ToSize(options, name, options.Integers(name));

    public static Size2 Size(OptionReader options, string name, Size2 absent) => ToSize(options, name, options.Integers(name, [absent.Height, absent.Width]));

    public static Padding Padding(OptionReader options, string name)
    {
        if (options.Optional(name) is not { } padding) return default;
        var kind = padding.Text("kind");
        var places = kind == "explicit" ? padding.Integers("places") : [0, 0, 0, 0];
        padding.Finish();
        if (kind is not ("same" or "explicit") || places.Length != 4)
            throw LayerErrors.BadConfiguration(padding.Where, kind == "explicit" ? $"{places.Length} places" : $"the kind '{kind}'", "{\"kind\":\"same\"} or {\"kind\":\"explicit\",\"places\":[top, bottom, left, right]}");
        return kind == "same" ? Layers.Padding.Same : Layers.Padding.Of(places[0], places[1], places[2], places[3]);
    }

    public static void Write(OptionWriter options, string name, Size2 size) => options.Integers(name, [size.Height, size.Width]);

    public static void Write(OptionWriter options, string name, Padding padding) => options.Object(name, inner =>
    {
        inner.Text("kind", padding.IsSame ? "same" : "explicit");
        if (!padding.IsSame) inner.Integers("places", [padding.Top, padding.Bottom, padding.Left, padding.Right]);
    });

    private static Size2 ToSize(OptionReader options, string name, ImmutableArray<int> values) =>
        values.Length == 2 ? new(values[0], values[1]) : throw LayerErrors.BadConfiguration($"{options.Where}.{name}", $"{values.Length} numbers", "two: rows and columns");
}
