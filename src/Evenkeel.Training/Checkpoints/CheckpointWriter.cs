using System.Globalization;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Records;
using Evenkeel.Records.Safetensors;

namespace Evenkeel.Training.Checkpoints;

/// <summary>Writes one model's checkpoints; what never changes is announced once.</summary>
internal sealed class CheckpointWriter
{
    private readonly SafetensorsWriter _writer = new();

    public CheckpointWriter(Model model, CheckpointInfo info, IReadOnlyList<TensorStore<float>> memory)
    {
        _writer.SetMetadata(CheckpointFormat.FormatKey, CheckpointFormat.Name)
            .SetMetadata(CheckpointFormat.VersionKey, CheckpointFormat.Version.ToString(CultureInfo.InvariantCulture))
            .SetMetadata(CheckpointFormat.ConventionsKey, CheckpointFormat.Conventions(model))
            .SetMetadata(CheckpointFormat.TransformsKey, info.Transforms.ToJson())
            .SetMetadata(CheckpointFormat.ClassNamesKey, CheckpointFormat.Names(info.ClassNames))
            .SetMetadata(CheckpointFormat.DatasetKey, info.Dataset)
            .SetMetadata(CheckpointFormat.SeedKey, info.Seed.ToString(CultureInfo.InvariantCulture));
        if (model.Configuration is { } configuration) _writer.SetMetadata(CheckpointFormat.ModelKey, configuration);
        if (info.Loss is { } loss) _writer.SetMetadata(CheckpointFormat.LossKey, loss);
        if (info.SampleShape is { } shape) _writer.SetMetadata(CheckpointFormat.SampleShapeKey, CheckpointFormat.Numbers(shape));
        if (info.Table is { } table) _writer.SetMetadata(CheckpointFormat.TableKey, table.ToJson());
        if (info.TargetScaling is { } scaling) _writer.SetMetadata(CheckpointFormat.TargetScalingKey, CheckpointFormat.Json(scaling.Write));
        if (info.TrainerJson is { } trainer) _writer.SetMetadata(CheckpointFormat.TrainerKey, trainer);
        Add(model.Parameters, "", SafetensorsDataType.Float32);
        Add(model.States, "", SafetensorsDataType.Float64);
        foreach (var slots in memory) Add(slots, CheckpointFormat.SlotPrefix, SafetensorsDataType.Float32);
    }

    /// <summary>Replaces the file atomically.</summary>
    /// <returns>Its size in bytes.</returns>
    /// <exception cref="TrainingException">EK0526: the disk refused; the old file survives.</exception>
    public long Save(string path, TrainingState? state)
    {
        if (state is not null) _writer.SetMetadata(CheckpointFormat.StateKey, CheckpointFormat.Json(state.Write));
        try
        {
            return _writer.Save(path);
        }
        catch (RecordsException error)
        {
            throw TrainingErrors.NotWritten(path, error);
        }
    }

    private void Add<T>(TensorStore<T> store, string prefix, SafetensorsDataType type)
        where T : unmanaged
    {
        foreach (var tensor in store) _writer.Add(prefix + tensor.Name, type, Extents(tensor.Shape), sink => sink.Write<T>(tensor.Span));
    }

    internal static long[] Extents(Shape shape) => [.. shape.Sizes.Select(static size => (long)size)];
}
