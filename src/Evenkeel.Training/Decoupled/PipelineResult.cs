using System.Collections.Immutable;

namespace Evenkeel.Training.Decoupled;

/// <summary>What a run of an asynchronous pipeline did.</summary>
public sealed record PipelineResult
{
    /// <summary>The batches that went through all segments.</summary>
    public required long Batches { get; init; }

    /// <summary>Wall-clock seconds from the first batch to the end of the last one.</summary>
    public required double Seconds { get; init; }

    /// <summary>The loss of each batch at the last segment, before its update.</summary>
    public required ImmutableArray<float> Losses { get; init; }

    /// <summary>True gradients that found their queue full, so that no module learned from them.</summary>
    public required long Dropped { get; init; }

    /// <summary>Updates of segments that were left out because something was not finite.</summary>
    public required long Skipped { get; init; }

    /// <summary>Everything that happened, in the order in which it began; <see cref="SegmentEvent.Attempt"/> is the number of the batch. Another run has another schedule.</summary>
    public required ImmutableArray<SegmentEvent> Schedule { get; init; }
}
