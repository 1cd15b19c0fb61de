namespace Evenkeel.Training.Decoupled;

/// <summary>How segments on threads of their own hand their batches on.</summary>
public sealed record PipelineOptions
{
    /// <summary>How long a segment rests before each of its passes, forward and backward, as if it were far away or slow. Default not at all.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How many batches may wait between two segments, at least 1. Default 2. A full queue holds the segment below up; gradients that find theirs full are dropped.</summary>
    public int QueueLength { get; init; } = 2;

    internal void Check()
    {
        if (Delay < TimeSpan.Zero) throw DecoupledErrors.BadOption(nameof(Delay), Delay.ToString(), "no negative time");
        if (QueueLength < 1) throw DecoupledErrors.BadOption(nameof(QueueLength), FormattableString.Invariant($"{QueueLength}"), "a number from 1 on");
    }
}
