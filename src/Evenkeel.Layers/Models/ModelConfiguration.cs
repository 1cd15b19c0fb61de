using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers.Models;

/// <summary>All that it takes to build a model again: the shape of its data, its layers and its seed. Checkpoints carry it as JSON.</summary>
public sealed record ModelConfiguration
{
    private const int Version = 1;

    /// <summary>The shape of the data, <c>[N, ...]</c>.</summary>
    public required Shape InputShape { get; init; }

    /// <summary>The layers.</summary>
    public required Layer Network { get; init; }

    /// <summary>The seed of the first values.</summary>
    public ulong Seed { get; init; }

    /// <summary>The layers that are frozen, see <see cref="ModelTransfer.Freeze"/>. Default none.</summary>
    public ImmutableArray<string> Frozen { get; init; } = [];

    /// <summary>Builds the model, with its first values.</summary>
    /// <exception cref="EvenkeelException">Options or shapes cannot be.</exception>
    public Model Build() => Frozen.IsEmpty ? Network.Build(InputShape, Seed) : Network.Build(InputShape, Seed).Freeze(Frozen.AsSpan());

    /// <summary>The network with another last layer: what stands for the last layer with weights, under the same name.</summary>
    /// <param name="head">The new layer, for example <c>new Dense(5)</c>.</param>
    /// <exception cref="LayerException">EK0832: the last layer with weights does not stand in a <see cref="Sequential"/>.</exception>
    public ModelConfiguration WithHead(Layer head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return this with { Network = HeadReplacement.Apply(Network, ModelTransfer.HeadOf(Network.Build(InputShape, Seed)), head) };
    }

    /// <summary>Writes the configuration as one line of JSON; equal configurations give equal text.</summary>
    /// <exception cref="LayerException">EK0127: a layer is code, or its type is not registered.</exception>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            var options = new OptionWriter(writer, "model");
            options.Integers("input_shape", InputShape.Sizes);
            options.Layer("network", Network);
            writer.WriteNumber("seed", Seed);
            if (!Frozen.IsEmpty)
            {
                writer.WriteStartArray("frozen");
                foreach (var layer in Frozen) writer.WriteStringValue(layer);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote, or what somebody wrote by hand; missing options take their defaults.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="LayerException">EK0125: no such JSON. EK0122: an unknown type. EK0126: an unknown option.</exception>
    public static ModelConfiguration Parse(string json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException error)
        {
            throw LayerErrors.BadConfiguration("model", "text that is no JSON", "one JSON object", error);
        }

        using (document)
        {
            var options = new OptionReader(document.RootElement, "model");
            var version = options.Integer("version");
            if (version != Version) throw LayerErrors.BadConfiguration("model", $"version {version}", $"version {Version}");
            var sizes = options.Integers("input_shape");
            if (sizes.IsEmpty || sizes.Any(static size => size < 1))
                throw LayerErrors.BadConfiguration("model.input_shape", $"[{string.Join(", ", sizes)}]", "the sizes of one sample, each at least 1");
            var seed = options.Required("seed");
            var frozen = options.Texts("frozen");
            var configuration = new ModelConfiguration
            {
                InputShape = Shape.Batch(sizes.AsSpan()),
                Network = options.Layer("network"),
                Seed = seed.ValueKind == JsonValueKind.Number && seed.TryGetUInt64(out var number) ? number : throw options.Wrong("seed", seed, "an integer from 0 on"),
                Frozen = frozen,
            };
            options.Finish();
            return configuration;
        }
    }

    /// <summary>The JSON, or null where a layer is code.</summary>
    internal string? TryToJson()
    {
        try
        {
            return ToJson();
        }
        catch (LayerException error) when (error.Code == "EK0127")
        {
            return null;
        }
    }
}
