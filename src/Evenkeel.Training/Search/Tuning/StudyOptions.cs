namespace Evenkeel.Training.Search.Tuning;

/// <summary>How a search goes about it.</summary>
public sealed record StudyOptions
{
    /// <summary>Trials altogether, over all processes and sessions, at least 1. Default 50.</summary>
    public int Trials { get; init; } = 50;

    /// <summary>Chooses the values: a name of <see cref="SamplerTable"/>. Default <c>tpe</c>.</summary>
    public string Sampler { get; init; } = TpeSampler.TableName;

    /// <summary>Gives up hopeless trials: a name of <see cref="PrunerTable"/>. Default <c>median</c>.</summary>
    public string Pruner { get; init; } = MedianPruner.TableName;

    /// <summary>Decides the values, together with a trial's number and those before it. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>What is made small and under which conditions, for the journal; another text is another search. Default empty.</summary>
    public string Objective { get; init; } = "";

    internal void Check()
    {
        if (Trials < 1) throw TuneErrors.BadOption(nameof(Trials), Trials, "at least 1");
    }
}
