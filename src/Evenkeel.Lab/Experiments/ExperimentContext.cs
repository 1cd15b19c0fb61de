using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;

namespace Evenkeel.Lab.Experiments;

/// <summary>How far a run is.</summary>
/// <param name="Stage">What is going on.</param>
/// <param name="Done">Steps done in this stage.</param>
/// <param name="Total">Steps of this stage.</param>
public readonly record struct ExperimentProgress(string Stage, long Done, long Total);

/// <summary>What experiments get. One context can serve many experiments, one after another.</summary>
public sealed class ExperimentContext
{
    private readonly RunQueue _queue;
    private readonly int? _seeds;

    /// <summary>Creates a context.</summary>
    /// <param name="load">Gives a dataset by its name; called once per name, and only where an experiment needs it.</param>
    /// <param name="budget">How much may be spent.</param>
    /// <param name="seeds">How many seeds, from 1 on; null for what the claim says.</param>
    /// <param name="threads">How many; 0 for all cores. Never changes a bit of a result.</param>
    /// <param name="store">Finished runs; null to keep them in memory alone.</param>
    /// <param name="progress">Told how far the run is; calls may come from several threads.</param>
    /// <param name="cancellation">Ends the run early, without a result; finished runs are kept.</param>
    /// <exception cref="LabException">EK0702: no seed, or a negative number of threads.</exception>
    public ExperimentContext(
        Func<string, DatasetParts> load,
        Budget budget = Budget.Standard,
        int? seeds = null,
        int threads = 0,
        RunStore? store = null,
        IProgress<ExperimentProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        if (seeds < 1) throw LabErrors.BadOption("seeds", seeds, "a number from 1 on");
        if (threads < 0) throw LabErrors.BadOption("threads", threads, "a number from 1 on, or 0 for all cores");
        (Budget, _seeds, Cancellation) = (budget, seeds, cancellation);
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
        _queue = new RunQueue(store ?? new RunStore(), load, Threads, progress);
    }

    /// <summary>How much may be spent.</summary>
    public Budget Budget { get; }

    /// <summary>How many threads there are.</summary>
    public int Threads { get; }

    /// <summary>Ends the run early.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>Seconds of all trials that were asked for so far, also of those that earlier sittings had finished.</summary>
    public double TrialSeconds => _queue.TrialSeconds;

    /// <summary>How many seeds the verdict rests on.</summary>
    /// <param name="claim">The claim that is run.</param>
    public int Seeds(Claim claim) => _seeds ?? claim.Cost.Of(Budget).Seeds;

    /// <summary>A number that depends on the budget.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="smoke">Two steps.</param>
    /// <param name="quick">Quick.</param>
    /// <param name="standard">Standard.</param>
    /// <param name="full">Full.</param>
    public T Of<T>(T smoke, T quick, T standard, T full) => Budget switch { Budget.Smoke => smoke, Budget.Quick => quick, Budget.Standard => standard, _ => full };

    /// <summary>A dataset.</summary>
    /// <param name="name">Its name in the table of datasets.</param>
    public DatasetParts Data(string name) => _queue.Data(name);

    /// <summary>Runs trials that were not run before, several at a time.</summary>
    /// <param name="stage">What they are for, in a few words.</param>
    /// <param name="trials">The trials.</param>
    /// <returns>The results, in the order of the trials.</returns>
    public IReadOnlyList<RunResult> Run(string stage, IReadOnlyList<Trial> trials) => _queue.Run(stage, trials, Cancellation);
}
