using System.Collections.Immutable;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Training.Search.Tuning;

/// <summary>Tree-structured Parzen estimator: draws where good trials lie dense and others thin (Bergstra et al., NIPS 2011, section 4).</summary>
/// <remarks>
/// Each parameter for itself: of <see cref="Candidates"/> draws from the density l of the best trials, the one with the highest l / g, g being the density of the others; running trials count among the others, so that processes keep apart.
/// A density is a mixture of one kernel per trial and a uniform one. Kernels are logistic and cut off at the range's ends, as wide as the larger distance to a neighbour; choices are counted, with one more for each.
/// The first <see cref="Startup"/> finished trials come from <see cref="HaltonSampler"/>. Pruned trials stand behind complete ones, those that got further first.
/// </remarks>
public sealed class TpeSampler : ISampler
{
    /// <summary>Its name.</summary>
    public const string TableName = "tpe";

    /// <summary>Finished trials before densities are trusted.</summary>
    public const int Startup = 10;

    /// <summary>Draws per parameter.</summary>
    public const int Candidates = 24;

    private const double GoodShare = 0.15;
    private const int MostGood = 25;
    private const int NarrowestShare = 100;
    private const ulong WordsPerParameter = 128;

    private readonly HaltonSampler _start = new();

    /// <inheritdoc/>
    public ImmutableArray<double> Suggest(SearchSpace space, int number, IReadOnlyList<StudyTrial> trials, RandomStream stream)
    {
        var ranked = trials.Where(static trial => trial.State is TrialState.Complete or TrialState.Pruned && trial.Value is not null)
            .OrderBy(static trial => trial.State).ThenByDescending(static trial => trial.State == TrialState.Pruned ? trial.Reports.Count : 0).ThenBy(static trial => trial.Value).ThenBy(static trial => trial.Number).ToArray();
        if (ranked.Length < Startup) return _start.Suggest(space, number, trials, stream);
        var good = Math.Min(MostGood, (int)Math.Ceiling(ranked.Length * GoodShare));
        var best = ranked[..good];
        var others = ranked[good..].Concat(trials.Where(static trial => trial.State is TrialState.Running or TrialState.Failed)).ToArray();
        return [.. space.Parameters.Select((parameter, index) => Suggest(parameter, index, best, others, stream, (ulong)number))];
    }

    private static double Suggest(SearchParameter parameter, int index, StudyTrial[] best, StudyTrial[] others, RandomStream stream, ulong row)
    {
        var word = (ulong)index * WordsPerParameter;
        var (dense, thin) = (Density(parameter, index, best), Density(parameter, index, others));
        double chosen = 0, highest = double.NegativeInfinity;
        for (var candidate = 0; candidate < Candidates; candidate++)
        {
            var unit = dense.Draw(stream.Uniform(word++, row), stream.Uniform(word++, row));
            var ratio = dense.LogDensity(unit) - thin.LogDensity(unit);
            if (ratio > highest) (chosen, highest) = (unit, ratio);
        }

        return parameter.FromUnit(chosen);
    }

    private static ParzenDensity Density(SearchParameter parameter, int index, StudyTrial[] trials)
    {
        if (!parameter.IsChoice) return ParzenDensity.OfPoints([.. trials.Select(trial => parameter.ToUnit(trial.Values[index]))], 1.0 / Math.Min(NarrowestShare, trials.Length + 1));
        var counts = new double[parameter.Choices.Length];
        Array.Fill(counts, 1);
        foreach (var trial in trials) counts[(int)trial.Values[index]]++;
        return ParzenDensity.OfChoices(counts);
    }
}
