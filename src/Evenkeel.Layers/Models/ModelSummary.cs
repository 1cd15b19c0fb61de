using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;

namespace Evenkeel.Layers.Models;

/// <summary>What a model is made of, layer by layer.</summary>
public sealed record ModelSummary
{
    /// <summary>The layers, in the order in which a sample passes them; layers that only hold others have no line.</summary>
    public required ImmutableArray<LayerSummary> Layers { get; init; }

    /// <summary>The numbers in all parameters.</summary>
    public long Parameters => Layers.Sum(static layer => layer.Parameters);

    /// <summary>Those that optimizers move.</summary>
    public required long TrainableParameters { get; init; }

    /// <summary>The numbers in all states.</summary>
    public long States => Layers.Sum(static layer => layer.States);

    /// <summary>The multiplications with an addition that one sample takes on its way forward; a training step takes about three times as many.</summary>
    public long MultiplyAdds => Layers.Sum(static layer => layer.MultiplyAdds);

    /// <summary>Sums a model up.</summary>
    public static ModelSummary Of(Model model)
    {
        var layers = model.Layers.ToDictionary(static layer => layer.Name, StringComparer.Ordinal);
        var owners = Owners(model, layers);
        var parts = model.Nodes.ToLookup(node => owners[node]);
        var order = model.Nodes.Where(IsStep).Select(node => owners[node]).Distinct(StringComparer.Ordinal);
        return new ModelSummary
        {
            Layers = [.. order.Select(name => Line(name, layers, [.. parts[name]], model))],
            TrainableParameters = model.ParameterNodes.Where(static node => node.IsTrainable).Sum(static node => node.Output.Shape.ElementsPerSample),
        };
    }

    /// <summary>The summary as a table of text, one line per layer, in invariant culture, lines ending in <c>\n</c>.</summary>
    public string ToText()
    {
        List<string[]> rows = [["layer", "kind", "output", "parameters", "multiply-adds", "notes"]];
        rows.AddRange(Layers.Select(static layer => new[] { layer.Name, layer.Kind, layer.Output.ToString(), Count(layer.Parameters), Count(layer.MultiplyAdds), string.Join("; ", layer.Notes) }));
        rows.Add(["total", "", "", Count(Parameters), Count(MultiplyAdds), TrainableParameters == Parameters ? "" : $"{Count(TrainableParameters)} parameters are trained"]);
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            var cells = row.Select((cell, column) => column is 3 or 4 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            text.Append(string.Join("  ", cells).TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    private static LayerSummary Line(string name, Dictionary<string, ModelLayer> layers, List<Node> nodes, Model model)
    {
        var layer = layers.GetValueOrDefault(name);
        var main = nodes.Last(IsStep);
        return new LayerSummary(
            name.Length == 0 ? main.Name : name,
            layer?.Kind ?? main.Kind,
            layer?.Output ?? main.Outputs[0].Shape,
            nodes.OfType<ParameterNode>().Sum(static node => node.Output.Shape.ElementsPerSample),
            nodes.OfType<StateNode>().Sum(static node => node.Output.Shape.ElementsPerSample),
            nodes.Sum(static node => node.MultiplyAdds),
            [.. Notes(name, nodes, layers, model)]);
    }

    private static IEnumerable<string> Notes(string name, List<Node> nodes, Dictionary<string, ModelLayer> layers, Model model)
    {
        foreach (var bias in model.DroppedBiases.Where(bias => LayerOf(bias, layers) == name))
            yield return "bias dropped: the batch normalisation behind it would subtract it";
        foreach (var activation in nodes.OfType<ActivationNode>()) yield return activation.Activation;
        foreach (var dropout in nodes.OfType<DropoutNode>()) yield return FormattableString.Invariant($"drops {dropout.Rate:P0}{(dropout.Unit switch { DropoutUnit.Channel => " of the channels", DropoutUnit.Sample => " of the samples", _ => "" })} in training");
        foreach (var norm in nodes.OfType<IBatchNormalization>())
        {
            if (norm.Options.NormalizeWith == NormalizeWith.RunningStatistics) yield return "trains with running statistics";
            if (norm.Options.SampleWeight > 0) yield return FormattableString.Invariant($"evaluation weighs a sample's own statistics by {norm.Options.SampleWeight:G3}");
            if (!norm.Options.UpdateRunningStatistics) yield return "running statistics stay";
        }

        var constant = nodes.OfType<ParameterNode>().Where(static node => !node.IsTrainable).Select(static node => node.Name[(node.Name.LastIndexOf('.') + 1)..]).ToArray();
        if (constant.Length > 0) yield return $"constant: {string.Join(", ", constant)}";
    }

    /// <summary>For every node the layer that it belongs to; in a graph that was built from nodes each step stands for itself and owns the tensors that it reads first.</summary>
    private static Dictionary<Node, string> Owners(Model model, Dictionary<string, ModelLayer> layers)
    {
        var owners = new Dictionary<Node, string>(ReferenceEqualityComparer.Instance);
        foreach (var node in model.Nodes.Where(IsStep))
        {
            var owner = owners[node] = LayerOf(node.Name, layers) ?? node.Name;
            foreach (var input in node.Inputs)
            {
                if (!IsStep(input.Producer)) owners.TryAdd(input.Producer, LayerOf(input.Producer.Name, layers) ?? owner);
            }
        }

        foreach (var node in model.Nodes) owners.TryAdd(node, node.Name);
        return owners;
    }

    /// <summary>The longest layer name that <paramref name="name"/> equals or continues after a dot, else the network itself; null where no layers are known.</summary>
    private static string? LayerOf(string name, Dictionary<string, ModelLayer> layers)
    {
        for (var end = name.Length; end > 0; end = name.LastIndexOf('.', end - 1))
        {
            if (layers.ContainsKey(name[..end])) return name[..end];
        }

        return layers.ContainsKey("") ? "" : null;
    }

    private static bool IsStep(Node node) => node is not (ParameterNode or StateNode or InputNode);

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
