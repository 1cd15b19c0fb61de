using Evenkeel.Engine;
using Evenkeel.Graph.Models;

namespace Evenkeel.Training.Callbacks;

/// <summary>What a callback may see of the fit and ask of it; valid during the fit alone, on its thread alone.</summary>
public sealed class FitContext
{
    internal FitContext(Model model, TrainingPlan plan, long totalSteps, string? runFolder)
    {
        Model = model;
        Plan = plan;
        TotalSteps = totalSteps;
        RunFolder = runFolder;
    }

    /// <summary>The model that is trained; read its values between steps.</summary>
    public Model Model { get; }

    /// <summary>The compiled training plan: its listing, memory and optimizer slots.</summary>
    public TrainingPlan Plan { get; }

    /// <summary>The planned steps.</summary>
    public long TotalSteps { get; }

    /// <summary>The run folder as an absolute path; null where no files are written.</summary>
    public string? RunFolder { get; }

    internal bool StopRequested { get; private set; }

    internal bool CheckpointRequested { get; set; }

    /// <summary>Ends the fit after this step as if its steps were done: validation, best weights and test follow.</summary>
    public void RequestStop() => StopRequested = true;

    /// <summary>Writes a checkpoint after this step.</summary>
    public void RequestCheckpoint() => CheckpointRequested = true;
}
