using System.Collections.Immutable;
using System.Globalization;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;

namespace Evenkeel.Layers.Models;

/// <summary>The networks by their names on the command line.</summary>
/// <remarks>All members may be called from any thread.</remarks>
public static class ModelTable
{
    private static ImmutableSortedDictionary<string, Entry> entries = BuiltIn();

    /// <summary>All names, sorted.</summary>
    public static IEnumerable<string> Names => entries.Keys;

    /// <summary>Makes the network called <paramref name="name"/>.</summary>
    /// <exception cref="LayerException">EK0122: no model has the name. EK0353: the network has no place for an option that is given.</exception>
    public static Layer Create(string name, ModelOptions options)
    {
        if (!entries.TryGetValue(name, out var entry)) throw LayerErrors.UnknownName(nameof(ModelTable), "model", name, entries.Keys);
        Require(Places.Blocks, options.StochasticDepth, "stochastic depth", "residual blocks to skip");
        Require(Places.Hidden, options.DropConnect, "DropConnect", "hidden layers that are fully connected");
        if (options.Weights != WeightReparametrization.None && !entry.Places.HasFlag(Places.Weights)) throw LayerErrors.NoPlace(name, "weights", options.Weights.ToString().ToLowerInvariant(), "none", "such weights", With(Places.Weights));
        return entry.Factory(options);

        void Require(Places place, float rate, string option, string lacks)
        {
            if (rate != 0 && !entry.Places.HasFlag(place)) throw LayerErrors.NoPlace(name, option, rate.ToString(CultureInfo.InvariantCulture), "0", lacks, With(place));
        }

        static IEnumerable<string> With(Places place) => entries.Where(other => other.Value.Places.HasFlag(place)).Select(static other => other.Key);
    }

    /// <summary>Adds a network of your own; it is handed all options as they are.</summary>
    /// <param name="name">A name that nothing in the table has, in snake case.</param>
    /// <param name="factory">Makes the network for the options; it may be called by several threads.</param>
    /// <exception cref="LayerException">EK0128: the name is taken.</exception>
    public static void Register(string name, Func<ModelOptions, Layer> factory)
    {
        if (!ImmutableInterlocked.Update(ref entries, static (table, entry) => table.ContainsKey(entry.name) ? table : table.Add(entry.name, new(entry.factory, Places.Blocks | Places.Hidden | Places.Weights)), (name, factory)))
            throw LayerErrors.NameTaken("model", name);
    }

    private static ImmutableSortedDictionary<string, Entry> BuiltIn()
    {
        var table = ImmutableSortedDictionary.CreateBuilder<string, Entry>(StringComparer.Ordinal);
        void Add(string name, Func<ModelOptions, Layer> factory, Places places = Places.Weights) => table.Add(name, new(factory, places));
        Add("mlp", Mlp.Create, Places.Hidden | Places.Weights);
        foreach (var depth in CifarResNet.Depths)
        {
            Add(Name("resnet", depth), options => CifarResNet.Create(depth, options), Places.Blocks | Places.Weights);
            Add($"{Name("resnet", depth)}-b", options => CifarResNet.Create(depth, options, new ResNetOptions { Shortcut = ResNetShortcut.Projected }), Places.Blocks | Places.Weights);
            Add(Name("plain", depth), options => CifarResNet.Create(depth, options, new ResNetOptions { Shortcut = ResNetShortcut.None }));
        }

        foreach (var depth in ResNet.Depths) Add(Name("resnet", depth), options => ResNet.Create(depth, options), Places.Blocks | Places.Weights);
        foreach (var depth in Vgg.Depths)
        {
            Add(Name("vgg", depth), options => Vgg.Create(depth, options));
            Add($"{Name("vgg", depth)}-imagenet", options => Vgg.Create(depth, options, forImageNet: true));
        }

        foreach (var (depth, growth) in (ReadOnlySpan<(int, int)>)[(40, 12), (100, 12), (190, 40)])
            Add(FormattableString.Invariant($"densenet-bc-{depth}-{growth}"), options => DenseNet.Create(depth, growth, options));
        Add("rnn", static options => RecurrentNetwork.Create(RecurrentCell.Tanh, options), Places.None);
        Add("lstm", static options => RecurrentNetwork.Create(RecurrentCell.Lstm, options), Places.None);
        Add("gru", static options => RecurrentNetwork.Create(RecurrentCell.Gru, options), Places.None);
        Add("transformer", TransformerNetwork.Create, Places.None);
        Add("speedrun", Speedrun.Create);
        Add("mobilenetv2", MobileNetV2.Create);
        Add("bn-inception", BnInception.Create);
        Add("bn-inception-cifar", BnInception.CreateForCifar);
        return table.ToImmutable();
    }

    private static string Name(string family, int depth) => FormattableString.Invariant($"{family}{depth}");

    /// <summary>What a network has places for.</summary>
    [Flags]
    private enum Places
    {
        None = 0,
        Blocks = 1,
        Hidden = 2,
        Weights = 4,
    }

    private sealed record Entry(Func<ModelOptions, Layer> Factory, Places Places);
}
