using Evenkeel.Data.Datasets;
using Evenkeel.Data.Tables;
using Evenkeel.Data.Transforms;

namespace Evenkeel.Training.Checkpoints;

/// <summary>What a checkpoint says about the model besides its tensors: how to feed it and how to read it.</summary>
public sealed record CheckpointInfo
{
    /// <summary>The name of the loss; it tells whether outputs are logits of classes. Null where it is not known.</summary>
    public string? Loss { get; init; }

    /// <summary>What the features go through before the model sees them. Default nothing.</summary>
    public TransformPipeline Transforms { get; init; } = TransformPipeline.Identity;

    /// <summary>The shape of a sample as the data have it; null where only the model's input shape is known.</summary>
    public SampleShape? SampleShape { get; init; }

    /// <summary>The name of each class; empty where there are none.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>How rows of a table become features; null where the data are no table.</summary>
    public TableSchema? Table { get; init; }

    /// <summary>How outputs become values in the units of the data; null where they are as the model makes them.</summary>
    public TargetScaling? TargetScaling { get; init; }

    /// <summary>The dataset's name; empty where there is none.</summary>
    public string Dataset { get; init; } = "";

    /// <summary>The seed of the fit.</summary>
    public ulong Seed { get; init; }

    /// <summary>The trainer's configuration, one JSON object; null where no trainer wrote the file.</summary>
    public string? TrainerJson { get; init; }
}
