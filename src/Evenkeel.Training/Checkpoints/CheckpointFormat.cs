using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;

namespace Evenkeel.Training.Checkpoints;

/// <summary>Names and conventions of the format, in one place.</summary>
internal static class CheckpointFormat
{
    public const string Name = "evenkeel-checkpoint";
    public const int Version = 1;

    public const string FormatKey = "format";
    public const string VersionKey = "format_version";
    public const string ModelKey = "model";
    public const string ConventionsKey = "conventions";
    public const string LossKey = "loss";
    public const string TransformsKey = "transforms";
    public const string SampleShapeKey = "sample_shape";
    public const string ClassNamesKey = "class_names";
    public const string TableKey = "table";
    public const string TargetScalingKey = "target_scaling";
    public const string DatasetKey = "dataset";
    public const string SeedKey = "seed";
    public const string TrainerKey = "trainer";
    public const string StateKey = "state";

    /// <summary>Optimizer slots stand behind this prefix; names of parameters and states never hold a slash.</summary>
    public const string SlotPrefix = "optimizer/";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options)) write(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>What a reader in another language must know to use the tensors.</summary>
    public static string Conventions(Model model) => Json(json =>
    {
        json.WriteStartObject();
        json.WriteString("weight_layout", "[inputs, outputs]");
        json.WriteString("data_layout", "[N, F] or [N, H, W, C], row-major");
        json.WriteString("running_average", "raw averages with their weight; divide by the weight where bias_correction is true");
        json.WriteStartObject("batch_norm");
        foreach (var layer in model.Nodes.SelectMany(static node => node.Statistics))
        {
            json.WriteStartObject(layer.Name);
            json.WriteNumber("epsilon", layer.Options.Epsilon);
            json.WriteString("running_variance", layer.Options.VarianceEstimator == VarianceEstimator.Sample ? "sample (n - 1)" : "population (n)");
            json.WriteString("update", layer.Options.RunningAverage.ToString());
            json.WriteBoolean("bias_correction", layer.Options.BiasCorrection);
            if (layer.Options.SampleWeight > 0) json.WriteNumber("evaluation_sample_weight", layer.Options.SampleWeight);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });

    public static string Names(IReadOnlyList<string> names) => Json(json =>
    {
        json.WriteStartArray();
        foreach (var name in names) json.WriteStringValue(name);
        json.WriteEndArray();
    });

    public static string Numbers(IEnumerable<int> numbers) => Json(json =>
    {
        json.WriteStartArray();
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    });
}
