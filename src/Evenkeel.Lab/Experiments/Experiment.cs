using Evenkeel.Lab.Claims;

namespace Evenkeel.Lab.Experiments;

/// <summary>Runs what decides a claim, and judges it by a criterion that stands beside it in code.</summary>
public abstract class Experiment
{
    /// <summary>What is tested, the criterion, and what a run may spend.</summary>
    public abstract Claim Claim { get; }

    /// <summary>Runs it. The same context gives the same numbers on the same vector width, whatever the number of threads; times apart.</summary>
    /// <param name="context">Data, budget, seeds, threads, earlier runs.</param>
    /// <exception cref="LabException">EK0702: a number of the context is out of its range. EK0703: a finished run cannot be kept.</exception>
    /// <exception cref="OperationCanceledException">The context's token was cancelled.</exception>
    public abstract Outcome Run(ExperimentContext context);
}
