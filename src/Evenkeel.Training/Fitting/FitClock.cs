using Evenkeel.Training.Checkpoints;

namespace Evenkeel.Training.Fitting;

/// <summary>Keeps the times of a fit: all of it, its steps alone, and when things are due. Times decide nothing but when files are written and when a budget ends.</summary>
internal sealed class FitClock
{
    private readonly TimeProvider _clock;
    private readonly TrainingState _state;
    private readonly double _earlierSeconds;
    private readonly double _earlierStepSeconds;
    private readonly long _started;
    private long _stepsStarted;
    private long _stepTicks;
    private long _checkpointed;
    private long _reported;
    private long _logged;

    public FitClock(TimeProvider clock, TrainingState state)
    {
        (_clock, _state) = (clock, state);
        (_earlierSeconds, _earlierStepSeconds) = (state.Seconds, state.StepSeconds);
        _started = _stepsStarted = _checkpointed = _logged = clock.GetTimestamp();
    }

    /// <summary>Seconds in the fit, over all sessions.</summary>
    public double Seconds => _earlierSeconds + SessionSeconds;

    /// <summary>Seconds in this session.</summary>
    public double SessionSeconds => ToSeconds(_clock.GetTimestamp() - _started);

    /// <summary>Seconds in the steps of this session.</summary>
    public double SessionStepSeconds => ToSeconds(_stepTicks);

    /// <summary>Work beside the steps ends; the next step's time starts now.</summary>
    public void BeginSteps() => _stepsStarted = _clock.GetTimestamp();

    /// <summary>A step ended.</summary>
    /// <returns>Its seconds, everything between it and the step before included.</returns>
    public double EndStep()
    {
        var now = _clock.GetTimestamp();
        var ticks = now - _stepsStarted;
        _stepTicks += ticks;
        _stepsStarted = now;
        return ToSeconds(ticks);
    }

    /// <summary>Brings the state's times up to date.</summary>
    public void Update()
    {
        _state.Seconds = Seconds;
        _state.StepSeconds = _earlierStepSeconds + SessionStepSeconds;
    }

    /// <summary>Whether so much time passed since the last checkpoint.</summary>
    public bool IsCheckpointDue(TimeSpan every) => _stepsStarted - _checkpointed >= every.TotalSeconds * _clock.TimestampFrequency;

    public void Checkpointed() => _checkpointed = _clock.GetTimestamp();

    /// <summary>Whether a tenth of a second passed since the last report; if so, the next tenth begins.</summary>
    public bool IsReportDue() => IsDue(ref _reported, 0.1);

    /// <summary>Whether a second passed since the log was last flushed; if so, the next one begins.</summary>
    public bool IsFlushDue() => IsDue(ref _logged, 1);

    private bool IsDue(ref long last, double seconds)
    {
        if (last != 0 && _stepsStarted - last < seconds * _clock.TimestampFrequency) return false;
        last = _stepsStarted;
        return true;
    }

    private double ToSeconds(long ticks) => (double)ticks / _clock.TimestampFrequency;
}
