using Evenkeel.Data.Datasets;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Records.RunLog;
using Evenkeel.Training.Fitting;

namespace Evenkeel.Training.Callbacks;

/// <summary>What a callback may see of the fit and ask of it; valid during the fit alone, on its thread alone.</summary>
public sealed class FitContext
{
    internal FitContext(FitSetup setup, TrainingProgram plan, string? runFolder)
    {
        Model = setup.Model;
        Plan = plan;
        TotalSteps = setup.TotalSteps;
        RunFolder = runFolder;
        Loss = setup.Loss;
        BatchSize = setup.BatchSize;
        Accumulate = setup.Options.Accumulate;
        AccumulatedStatistics = setup.Options.AccumulatedStatistics;
        Shuffles = setup.Options.Shuffle;
        Training = setup.Training;
        Validation = setup.Validation is { } validation ? setup.TargetScaling?.Over(validation) ?? validation : null;
    }

    /// <summary>The model that is trained; read its values between steps.</summary>
    public Model Model { get; }

    /// <summary>What takes the steps: counters, gradients and optimizer slots.</summary>
    public TrainingProgram Plan { get; }

    /// <summary>The planned steps.</summary>
    public long TotalSteps { get; }

    /// <summary>The run folder as an absolute path; null where no files are written.</summary>
    public string? RunFolder { get; }

    /// <summary>What is made small.</summary>
    public Loss Loss { get; }

    /// <summary>Samples of a full step.</summary>
    public int BatchSize { get; }

    /// <summary>Batches per step.</summary>
    public int Accumulate { get; }

    /// <summary>What batch normalisation sees of the batches of a step.</summary>
    public AccumulatedStatistics AccumulatedStatistics { get; }

    /// <summary>Whether samples come in a new order in every epoch.</summary>
    public bool Shuffles { get; }

    /// <summary>The training samples as the model sees them, without the hold-out.</summary>
    public Dataset Training { get; }

    /// <summary>The held-out samples as the model sees them; null for none.</summary>
    public Dataset? Validation { get; }

    internal RunRecorder? Recorder { get; set; }

    internal bool StopRequested { get; private set; }

    internal bool CheckpointRequested { get; set; }

    /// <summary>Ends the fit after this step as if its steps were done: validation, best weights and test follow.</summary>
    public void RequestStop() => StopRequested = true;

    /// <summary>Writes a checkpoint after this step.</summary>
    public void RequestCheckpoint() => CheckpointRequested = true;

    /// <summary>Tells the run log and all callbacks of something that a person should look at.</summary>
    /// <param name="warning">The warning.</param>
    public void Warn(in WarningEvent warning) => Recorder?.Warning(warning);
}
