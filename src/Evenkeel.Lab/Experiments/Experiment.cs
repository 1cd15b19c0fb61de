namespace Evenkeel.Lab.Experiments;

/// <summary>A claim or figure of a paper that can be run, with a criterion that was fixed before the run.</summary>
public abstract class Experiment
{
    /// <summary>The name on the command line: paper and figure, for example <c>ioffe2015/mnist</c>.</summary>
    public abstract string Id { get; }

    /// <summary>What it is, in a line.</summary>
    public abstract string Title { get; }

    /// <summary>What it settles, as a question.</summary>
    public abstract string Question { get; }

    /// <summary>What must hold for the verdict <see cref="ExperimentVerdict.Confirmed"/>.</summary>
    public abstract string Criterion { get; }

    /// <summary>The number of seeds where none is given.</summary>
    /// <param name="budget">How much may be spent.</param>
    public abstract int Seeds(Budget budget);

    /// <summary>Runs it. The same context gives the same numbers on the same vector width, whatever the number of threads.</summary>
    /// <param name="context">Data, budget, seeds, threads.</param>
    /// <exception cref="LabException">EK0702: a number of the context is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The context's token was cancelled.</exception>
    public abstract ExperimentResult Run(ExperimentContext context);
}
