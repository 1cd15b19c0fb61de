using System.Collections.Immutable;

namespace Evenkeel.Optimization.Schedules;

/// <summary>Makes a schedule for a run.</summary>
/// <param name="learningRate">The highest rate.</param>
/// <param name="commits">How many commits the run plans.</param>
public delegate Schedule ScheduleFactory(float learningRate, long commits);

/// <summary>The schedules by their names in configurations and on the command line.</summary>
/// <remarks>All members may be called from any thread.</remarks>
public static class ScheduleTable
{
    private static ImmutableSortedDictionary<string, ScheduleFactory> entries = ImmutableSortedDictionary.Create<string, ScheduleFactory>(StringComparer.Ordinal)
        .Add("constant", static (rate, _) => new ConstantSchedule(rate))
        .Add("cosine", static (rate, commits) => new CosineSchedule(rate, commits, CosineSchedule.UsualWarmup(commits)))
        .Add("cosine_restarts", static (rate, commits) => new CosineRestartsSchedule(rate, CosineRestartsSchedule.UsualPeriod(commits)))
        .Add("exponential", static (rate, commits) => new ExponentialSchedule(rate, commits, warmup: CosineSchedule.UsualWarmup(commits)))
        .Add("one_cycle", static (rate, commits) => new OneCycleSchedule(rate, commits))
        .Add("plateau", static (rate, commits) => new PlateauSchedule(rate, patience: PlateauSchedule.UsualPatience, warmup: CosineSchedule.UsualWarmup(commits)))
        .Add("polynomial", static (rate, commits) => new PolynomialSchedule(rate, commits, warmup: CosineSchedule.UsualWarmup(commits)))
        .Add("step", static (rate, commits) => new StepSchedule(rate, StepSchedule.UsualMilestones(commits), warmup: CosineSchedule.UsualWarmup(commits)))
        .Add("triangular", static (rate, commits) => new TriangularSchedule(rate, commits))
        .Add("warmup", static (rate, commits) => new WarmupSchedule(new ConstantSchedule(rate), CosineSchedule.UsualWarmup(commits)));

    /// <summary>All names, sorted.</summary>
    public static IEnumerable<string> Names => entries.Keys;

    /// <summary>Makes the schedule called <paramref name="name"/>.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="learningRate">The highest rate, above 0.</param>
    /// <param name="commits">How many commits are planned, at least 1.</param>
    /// <exception cref="OptimizationException">EK0803: no schedule has the name. EK0801: the numbers do not fit it.</exception>
    public static Schedule Create(string name, float learningRate, long commits) =>
        entries.TryGetValue(name, out var factory) ? factory(learningRate, commits) : throw OptimizationErrors.UnknownSchedule(name, entries.Keys);

    /// <summary>Adds a schedule of your own.</summary>
    /// <param name="name">A name that nothing in the table has, in snake case.</param>
    /// <param name="factory">Makes the schedule of a highest rate and a number of planned commits; it may be called by several threads.</param>
    /// <exception cref="OptimizationException">EK0804: the name is taken.</exception>
    public static void Register(string name, ScheduleFactory factory)
    {
        if (!ImmutableInterlocked.Update(ref entries, static (table, entry) => table.ContainsKey(entry.name) ? table : table.Add(entry.name, entry.factory), (name, factory)))
            throw OptimizationErrors.NameTaken(nameof(ScheduleTable), name);
    }
}
