using Evenkeel.Records.RunFolder;
using Evenkeel.Records.RunLog;
using Evenkeel.Training.Checkpoints;

namespace Evenkeel.Training.Fitting;

/// <summary>Writes a run's checkpoints and tells about them; without a run folder it does nothing.</summary>
/// <remarks>The last checkpoint names the step of the best one, so a best one that could not be written comes first when the disk takes files again.</remarks>
internal sealed class CheckpointStore(CheckpointWriter? writer, RunRecorder recorder, BestWeights best)
{
    private readonly RunDirectory? _run = recorder.Run;
    private bool _bestIsMissing;

    /// <summary>The last checkpoint's path; null without a run folder.</summary>
    public string? LastPath => _run?.LastCheckpointPath;

    /// <summary>Writes the newest state; the log reaches the disk first, so that it never knows less than the checkpoint.</summary>
    /// <param name="state">Where the fit stands.</param>
    /// <param name="reason">Why, for the log.</param>
    /// <param name="required">Whether a failure ends the fit; otherwise it is a warning, and the next checkpoint tries again.</param>
    /// <exception cref="TrainingException">EK0526: the disk refused; the checkpoint before it survives.</exception>
    public void SaveLast(TrainingState state, string reason, bool required)
    {
        if (_bestIsMissing)
        {
            best.Exchange();
            try
            {
                SaveBest(state, required);
            }
            finally
            {
                best.Exchange();
            }
        }

        if (!_bestIsMissing) Save(state, _run?.LastCheckpointPath, reason, required);
    }

    /// <summary>Writes the model's values as the best ones.</summary>
    /// <inheritdoc cref="SaveLast"/>
    public void SaveBest(TrainingState state, bool required)
    {
        _bestIsMissing = true;
        _bestIsMissing = !Save(state, _run?.BestCheckpointPath, "best", required);
    }

    private bool Save(TrainingState state, string? path, string reason, bool required)
    {
        if (_run is null || writer is null || path is null) return true;
        recorder.Flush(toDisk: true);
        long bytes;
        try
        {
            bytes = writer.Save(path, state);
        }
        catch (TrainingException error) when (!required)
        {
            recorder.Warning(new WarningEvent(state.Attempt, error.Code, error.Explanation));
            return false;
        }

        var file = Path.GetRelativePath(_run.Path, path).Replace('\\', '/');
        recorder.Checkpoint(new CheckpointEvent(state.Attempt, state.Epoch + 1, file, reason, bytes, state.Seconds));
        return true;
    }
}
