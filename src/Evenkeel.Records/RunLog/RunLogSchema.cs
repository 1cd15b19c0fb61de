using System.Text.Json;

namespace Evenkeel.Records.RunLog;

/// <summary>Names of the run log: one JSON object per line, its kind under <c>event</c>; the first line also says <c>schema</c> and <c>version</c>.</summary>
/// <remarks>
/// Numbers that are not finite are written as the strings <c>"NaN"</c>, <c>"Infinity"</c>, <c>"-Infinity"</c>; what was not measured is left out. Readers skip
/// events and fields that they do not know; a change that breaks this raises the version.
/// </remarks>
public static class RunLogSchema
{
    /// <summary>The schema's name, in the first line of every log.</summary>
    public const string Name = "evenkeel.runlog";

    /// <summary>The schema's version, in the first line of every log.</summary>
    public const int Version = 1;

    internal static readonly JsonEncodedText Event = JsonEncodedText.Encode("event");
    internal static readonly JsonEncodedText RunStarted = JsonEncodedText.Encode("run_started");
    internal static readonly JsonEncodedText Resumed = JsonEncodedText.Encode("resumed");
    internal static readonly JsonEncodedText StepKind = JsonEncodedText.Encode("step");
    internal static readonly JsonEncodedText EpochKind = JsonEncodedText.Encode("epoch");
    internal static readonly JsonEncodedText Validation = JsonEncodedText.Encode("validation");
    internal static readonly JsonEncodedText Checkpoint = JsonEncodedText.Encode("checkpoint");
    internal static readonly JsonEncodedText Warning = JsonEncodedText.Encode("warning");
    internal static readonly JsonEncodedText RunFinished = JsonEncodedText.Encode("run_finished");

    internal static readonly JsonEncodedText Schema = JsonEncodedText.Encode("schema");
    internal static readonly JsonEncodedText SchemaVersion = JsonEncodedText.Encode("version");
    internal static readonly JsonEncodedText Step = JsonEncodedText.Encode("step");
    internal static readonly JsonEncodedText Commit = JsonEncodedText.Encode("commit");
    internal static readonly JsonEncodedText Epoch = JsonEncodedText.Encode("epoch");
    internal static readonly JsonEncodedText Loss = JsonEncodedText.Encode("loss");
    internal static readonly JsonEncodedText Accuracy = JsonEncodedText.Encode("accuracy");
    internal static readonly JsonEncodedText Metrics = JsonEncodedText.Encode("metrics");
    internal static readonly JsonEncodedText LearningRate = JsonEncodedText.Encode("learning_rate");
    internal static readonly JsonEncodedText SamplesPerSecond = JsonEncodedText.Encode("samples_per_second");
    internal static readonly JsonEncodedText GradientNorm = JsonEncodedText.Encode("gradient_norm");
    internal static readonly JsonEncodedText Skipped = JsonEncodedText.Encode("skipped");
    internal static readonly JsonEncodedText Seconds = JsonEncodedText.Encode("seconds");
    internal static readonly JsonEncodedText Best = JsonEncodedText.Encode("best");
    internal static readonly JsonEncodedText Samples = JsonEncodedText.Encode("samples");
    internal static readonly JsonEncodedText File = JsonEncodedText.Encode("file");
    internal static readonly JsonEncodedText Reason = JsonEncodedText.Encode("reason");
    internal static readonly JsonEncodedText Bytes = JsonEncodedText.Encode("bytes");
    internal static readonly JsonEncodedText Code = JsonEncodedText.Encode("code");
    internal static readonly JsonEncodedText Text = JsonEncodedText.Encode("text");
    internal static readonly JsonEncodedText Evidence = JsonEncodedText.Encode("evidence");
    internal static readonly JsonEncodedText Title = JsonEncodedText.Encode("title");
    internal static readonly JsonEncodedText Time = JsonEncodedText.Encode("time");
    internal static readonly JsonEncodedText Seed = JsonEncodedText.Encode("seed");
    internal static readonly JsonEncodedText Configuration = JsonEncodedText.Encode("configuration");
    internal static readonly JsonEncodedText Versions = JsonEncodedText.Encode("versions");
    internal static readonly JsonEncodedText Machine = JsonEncodedText.Encode("machine");
    internal static readonly JsonEncodedText Outcome = JsonEncodedText.Encode("outcome");
    internal static readonly JsonEncodedText TrainLoss = JsonEncodedText.Encode("train_loss");
    internal static readonly JsonEncodedText TestLoss = JsonEncodedText.Encode("test_loss");
    internal static readonly JsonEncodedText TestAccuracy = JsonEncodedText.Encode("test_accuracy");
    internal static readonly JsonEncodedText WeightsHash = JsonEncodedText.Encode("weights_hash");

    internal static readonly JsonEncodedText Evenkeel = JsonEncodedText.Encode("evenkeel");
    internal static readonly JsonEncodedText Runtime = JsonEncodedText.Encode("runtime");
    internal static readonly JsonEncodedText OperatingSystem = JsonEncodedText.Encode("operating_system");
    internal static readonly JsonEncodedText Architecture = JsonEncodedText.Encode("architecture");
    internal static readonly JsonEncodedText Processor = JsonEncodedText.Encode("processor");
    internal static readonly JsonEncodedText LogicalProcessors = JsonEncodedText.Encode("logical_processors");
    internal static readonly JsonEncodedText Threads = JsonEncodedText.Encode("threads");
    internal static readonly JsonEncodedText VectorBits = JsonEncodedText.Encode("vector_bits");
}
