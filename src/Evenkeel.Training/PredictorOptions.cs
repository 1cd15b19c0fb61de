using System.Text.Json;
using Evenkeel.Data.Transforms;
using Evenkeel.Graph.Models;

namespace Evenkeel.Training;

/// <summary>How a predictor runs.</summary>
public sealed record PredictorOptions
{
    /// <summary>Threads of one run, the caller included. Default 1: concurrent requests share the cores best when each has one, and nothing spins between them.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Runs at the same time, each with memory of its own that is made when first wanted; more callers wait. 0 (default) for as many as the machine has cores.</summary>
    public int Concurrency { get; init; }

    /// <summary>The most samples of one pass; longer batches take several. Default 64.</summary>
    public int Capacity { get; init; } = 64;

    /// <summary>The pack width in bits; 0 (default) for the widest of the hardware.</summary>
    public int Width { get; init; }

    /// <summary>Whether features go through the transforms that the checkpoint stores, as in training. Default true.</summary>
    public bool Transform { get; init; } = true;

    /// <summary>Builds a model that is code, for checkpoints that cannot build it themselves; null (default) where there is none.</summary>
    public Func<Model>? ModelFactory { get; init; }

    /// <summary>Rebuilds transforms of your own by kind; null (default) where there are none.</summary>
    public Func<string, JsonElement, ITransform?>? OwnTransforms { get; init; }
}
