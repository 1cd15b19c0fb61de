using System.Collections.Immutable;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Training.Search.Tuning;

namespace Evenkeel.Training.Tests.Search.Tuning;

/// <summary>A search without a journal.</summary>
internal static class SearchInMemory
{
    public static IReadOnlyList<StudyTrial> Run(string sampler, SearchSpace space, Func<StudyTrial, double> objective, ulong seed, int count)
    {
        var (made, trials) = (SamplerTable.Create(sampler), new List<StudyTrial>());
        for (var number = 0; number < count; number++)
        {
            ImmutableArray<double> values = made.Suggest(space, number, trials, new RandomStream(seed, "tune"));
            var trial = new StudyTrial { Number = number, Space = space, Values = values, State = TrialState.Complete };
            trials.Add(trial with { Value = objective(trial) });
        }

        return trials;
    }
}
