using System.Collections.Immutable;

namespace Evenkeel.Layers.Models;

/// <summary>The networks by their names on the command line.</summary>
/// <remarks>All members may be called from any thread.</remarks>
public static class ModelTable
{
    private static ImmutableSortedDictionary<string, Func<ModelOptions, Layer>> entries = BuiltIn();

    /// <summary>All names, sorted.</summary>
    public static IEnumerable<string> Names => entries.Keys;

    /// <summary>Makes the network called <paramref name="name"/>.</summary>
    /// <exception cref="LayerException">EK0122: no model has the name.</exception>
    public static Layer Create(string name, ModelOptions options) =>
        entries.TryGetValue(name, out var factory) ? factory(options) : throw LayerErrors.UnknownName(nameof(ModelTable), "model", name, entries.Keys);

    /// <summary>Adds a network of your own.</summary>
    /// <exception cref="LayerException">EK0128: the name is taken.</exception>
    public static void Register(string name, Func<ModelOptions, Layer> factory)
    {
        if (!ImmutableInterlocked.Update(ref entries, static (table, entry) => table.ContainsKey(entry.name) ? table : table.Add(entry.name, entry.factory), (name, factory)))
            throw LayerErrors.NameTaken("model", name);
    }

    private static ImmutableSortedDictionary<string, Func<ModelOptions, Layer>> BuiltIn()
    {
        var table = ImmutableSortedDictionary.CreateBuilder<string, Func<ModelOptions, Layer>>(StringComparer.Ordinal);
        table.Add("mlp", Mlp.Create);
        foreach (var depth in CifarResNet.Depths)
        {
            table.Add(Name("resnet", depth), options => CifarResNet.Create(depth, options));
            table.Add($"{Name("resnet", depth)}-b", options => CifarResNet.Create(depth, options, new ResNetOptions { Shortcut = ResNetShortcut.Projected }));
            table.Add(Name("plain", depth), options => CifarResNet.Create(depth, options, new ResNetOptions { Shortcut = ResNetShortcut.None }));
        }

        foreach (var depth in ResNet.Depths) table.Add(Name("resnet", depth), options => ResNet.Create(depth, options));
        foreach (var depth in Vgg.Depths)
        {
            table.Add(Name("vgg", depth), options => Vgg.Create(depth, options));
            table.Add($"{Name("vgg", depth)}-imagenet", options => Vgg.Create(depth, options, forImageNet: true));
        }

        foreach (var (depth, growth) in (ReadOnlySpan<(int, int)>)[(40, 12), (100, 12), (190, 40)])
            table.Add(FormattableString.Invariant($"densenet-bc-{depth}-{growth}"), options => DenseNet.Create(depth, growth, options));
        table.Add("speedrun", Speedrun.Create);
        table.Add("mobilenetv2", MobileNetV2.Create);
        table.Add("bn-inception", BnInception.Create);
        table.Add("bn-inception-cifar", BnInception.CreateForCifar);
        return table.ToImmutable();
    }

    private static string Name(string family, int depth) => FormattableString.Invariant($"{family}{depth}");
}
