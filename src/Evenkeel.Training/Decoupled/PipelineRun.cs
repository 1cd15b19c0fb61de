using System.Collections.Concurrent;

namespace Evenkeel.Training.Decoupled;

/// <summary>A batch on its way: what the segment below made of it, and its targets.</summary>
internal sealed record PipelineBatch(long Number, int Count, float[] Values, int[] Labels, float[] Targets);

/// <summary>The gradient that a segment found for its input.</summary>
internal sealed record PipelineGradient(PipelineBatch Batch, float[] Values);

/// <summary>What the threads of one run share.</summary>
internal sealed class PipelineRun(int stages, int queueLength, CancellationTokenSource stop)
{
    private readonly Lock _gate = new();
    private readonly List<SegmentEvent> _schedule = [];
    private long _dropped;
    private long _skipped;

    /// <summary>Batches that wait for a segment; the first one's stays empty.</summary>
    public BlockingCollection<PipelineBatch>[] Batches { get; } = [.. Enumerable.Range(0, stages).Select(_ => new BlockingCollection<PipelineBatch>(queueLength))];

    /// <summary>Gradients that the module of a segment has not learned from yet.</summary>
    public BlockingCollection<PipelineGradient>[] Gradients { get; } = [.. Enumerable.Range(0, stages).Select(_ => new BlockingCollection<PipelineGradient>(queueLength))];

    /// <summary>Losses, in the order of the batches; the last segment's thread alone writes them.</summary>
    public List<float> Losses { get; } = [];

    public CancellationToken Stop => stop.Token;

    /// <summary>The first error of any thread; those that it woke up are no news.</summary>
    public Exception? Failure { get; private set; }

    public void Log(SegmentAction action, int segment, long batch)
    {
        lock (_gate) _schedule.Add(new SegmentEvent(action, segment, batch));
    }

    public void CountDropped() => Interlocked.Increment(ref _dropped);

    public void CountSkipped() => Interlocked.Increment(ref _skipped);

    public void Fail(Exception error)
    {
        lock (_gate) Failure ??= error;
        stop.Cancel();
    }

    public PipelineResult Result(double seconds) => new()
    {
        Batches = Losses.Count,
        Seconds = seconds,
        Losses = [.. Losses],
        Dropped = _dropped,
        Skipped = _skipped,
        Schedule = [.. _schedule],
    };
}
