using System.Collections.Immutable;
using Evenkeel.Records;
using Evenkeel.Records.RunFolder;
using Evenkeel.Records.RunLog;
using Evenkeel.Training.Callbacks;

namespace Evenkeel.Training.Fitting;

/// <summary>Passes events to the run log and to the callbacks; a step event allocates nothing.</summary>
/// <remarks>A log that cannot be written does not end the fit: the events up to then wait in memory, step events after it are left out, and every flush tries again.</remarks>
internal sealed class RunRecorder(RunDirectory? run, RunLogWriter? log, ImmutableArray<Callback> callbacks, FitContext context) : IDisposable
{
    private bool _broken;

    public RunDirectory? Run { get; } = run;

    public FitContext Context { get; } = context;

    public void Started(in RunStartedEvent e) => log?.Write(e);

    public void Resumed(in ResumedEvent e) => log?.Write(e);

    public void Start()
    {
        foreach (var callback in callbacks) callback.OnStart(Context);
    }

    public void Step(in StepEvent e)
    {
        foreach (var callback in callbacks) callback.OnStep(e, Context);
    }

    public void LogStep(in StepEvent e)
    {
        if (log is null || _broken) return;
        try
        {
            log.Write(e);
        }
        catch (RecordsException error)
        {
            Break(error);
        }
    }

    public void Epoch(in EpochEvent e)
    {
        if (log is not null) Guard(e, static (log, e) => log.Write(e));
        foreach (var callback in callbacks) callback.OnEpoch(e, Context);
    }

    public void Validation(in ValidationEvent e)
    {
        if (log is not null) Guard(e, static (log, e) => log.Write(e));
        foreach (var callback in callbacks) callback.OnValidation(e, Context);
    }

    public void Checkpoint(in CheckpointEvent e)
    {
        if (log is not null) Guard(e, static (log, e) => log.Write(e));
        foreach (var callback in callbacks) callback.OnCheckpoint(e, Context);
    }

    public void Warning(in WarningEvent e)
    {
        if (log is not null && !_broken) Guard(e, static (log, e) => log.Write(e));
        foreach (var callback in callbacks) callback.OnWarning(e, Context);
    }

    /// <summary>Logs what ended the fit; callbacks are not told, since the error itself reaches their program.</summary>
    public void Failed(in WarningEvent e)
    {
        if (log is not null && !_broken) Guard(e, static (log, e) => log.Write(e));
    }

    public void Finish(in RunFinishedEvent e)
    {
        if (log is not null) Guard(e, static (log, e) => log.Write(e));
        foreach (var callback in callbacks) callback.OnFinish(e, Context);
    }

    /// <summary>Hands waiting events to the file; on failure they wait on.</summary>
    public void Flush(bool toDisk)
    {
        if (log is null) return;
        try
        {
            log.Flush(toDisk);
            _broken = false;
        }
        catch (RecordsException error)
        {
            Break(error);
        }
    }

    public void Dispose()
    {
        try
        {
            log?.Dispose();
        }
        catch (RecordsException) when (_broken)
        {
            // Said already, when it broke.
        }
    }

    private void Guard<T>(in T e, Action<RunLogWriter, T> write)
    {
        try
        {
            write(log!, e);
        }
        catch (RecordsException error)
        {
            Break(error);
        }
    }

    private void Break(RecordsException error)
    {
        if (_broken) return;
        _broken = true;
        Warning(new WarningEvent(0, error.Code, error.Explanation));
    }
}
