using System.Globalization;

namespace Evenkeel.Layers.Models;

/// <summary>Puts another layer in the place of the last one with weights.</summary>
internal static class HeadReplacement
{
    /// <param name="network">The network.</param>
    /// <param name="path">Where the head stands in it.</param>
    /// <param name="head">The new head.</param>
    public static Layer Apply(Layer network, string path, Layer head) => Find(network, path, head) ?? throw LayerErrors.HeadNotReplaceable(path);

    private static Sequential? Find(Layer network, string path, Layer head)
    {
        if (network is not Sequential chain) return null;
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var layers = new List<NamedLayer>();
        var isFound = false;
        foreach (var (given, layer) in chain.Layers)
        {
            // Automatic names count by kind, as a scope does; written out, they stay where the new head is of another kind.
            var name = given;
            if (name is null)
            {
                var number = numbers[layer.Kind] = numbers.GetValueOrDefault(layer.Kind) + 1;
                name = string.Create(CultureInfo.InvariantCulture, $"{layer.Kind}{number}");
            }

            var renewed = name == path ? head : path.StartsWith($"{name}.", StringComparison.Ordinal) ? Find(layer, path[(name.Length + 1)..], head) : null;
            isFound |= renewed is not null;
            layers.Add((name, renewed ?? layer));
        }

        return isFound ? new Sequential([.. layers]) : null;
    }
}
