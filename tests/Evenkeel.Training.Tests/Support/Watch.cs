using Evenkeel.Records.RunLog;
using Evenkeel.Training.Callbacks;

namespace Evenkeel.Training.Tests.Support;

/// <summary>A callback with the context at hand.</summary>
public sealed class Watch(Action<StepEvent, FitContext>? step = null, Action<ValidationEvent, FitContext>? validation = null, Action<CheckpointEvent, FitContext>? checkpoint = null) : Callback
{
    public override void OnStep(in StepEvent e, FitContext context) => step?.Invoke(e, context);

    public override void OnValidation(in ValidationEvent e, FitContext context) => validation?.Invoke(e, context);

    public override void OnCheckpoint(in CheckpointEvent e, FitContext context) => checkpoint?.Invoke(e, context);
}

/// <summary>A clock that stands still until it is moved.</summary>
public sealed class SteppingClock : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => new(2026, 7, 20, 0, 0, 0, TimeSpan.Zero);

    public void Advance(TimeSpan time) => _ticks += time.Ticks;
}
