using System.Collections.Immutable;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Transforms;
using Evenkeel.Graph.Models;
using Evenkeel.Layers;
using Evenkeel.Layers.Models;
using Evenkeel.Records.RunFolder;
using Evenkeel.Training.Checkpoints;

namespace Evenkeel.Cli.Training;

/// <summary><c>--from</c>: a network and its values out of a checkpoint, its last layer made new, some layers frozen.</summary>
internal static class TransferSetup
{
    /// <summary>The word for all layers but the last one.</summary>
    public const string Backbone = "backbone";

    /// <summary>The model to train, and what its samples go through: what they went through when the checkpoint was trained.</summary>
    /// <param name="settings">With a checkpoint to start from.</param>
    /// <param name="resumed">The run that is resumed, whose own checkpoint has the network; null for a new run.</param>
    /// <param name="target">What is foretold.</param>
    public static (Model Model, TransformPipeline? Transforms) Create(TrainSettings settings, string? resumed, TargetSpec target)
    {
        if (resumed is not null && RunDirectory.Open(resumed).LastCheckpointPath is var last && File.Exists(last))
        {
            // The checkpoint that the run began with may have moved; all that matters of it lies in the run.
            using var own = Checkpoint.Open(last);
            return (own.BuildModel(), own.Info.Transforms);
        }

        using var checkpoint = Checkpoint.Open(settings.From!);
        var model = settings.KeepHead ? checkpoint.BuildModel() : checkpoint.BuildModel(new Dense(TrainSetup.Outputs(target), new DenseOptions { WeightInitializer = Layers.Initializers.LeCun.Normal }), settings.Seed);
        ImmutableArray<string> frozen = settings.Freeze is [Backbone] ? ModelTransfer.BackboneOf(model) : settings.Freeze;
        return (frozen.IsEmpty ? model : model.Freeze(frozen.AsSpan()), checkpoint.Info.Transforms);
    }
}
