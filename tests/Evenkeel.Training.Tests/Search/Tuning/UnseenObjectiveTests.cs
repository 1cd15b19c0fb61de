using Evenkeel.Training.Search.Tuning;

namespace Evenkeel.Training.Tests.Search.Tuning;

/// <summary>The estimator against random search on objectives that none of its settings was chosen on: two of the literature, each mixed with choices.</summary>
public sealed class UnseenObjectiveTests
{
    private const int Pairs = 64;
    private const int Budget = 60;

    // Of 64 pairs of equal searches one side takes 40 or more once in 30 times.
    private const int LeastWins = 40;

    private static readonly SearchSpace BraninSpace = new(
        SearchParameter.Number("x", -5, 10), SearchParameter.Number("y", 0, 15), SearchParameter.Choice("optimizer", "a", "b", "c"), SearchParameter.Choice("mirror", "no", "yes"));

    private static readonly SearchSpace HartmannSpace = new(
        [.. Enumerable.Range(0, 6).Select(static i => SearchParameter.Number($"x{i}", 0, 1)), SearchParameter.Choice("scale", "a", "b", "c", "d")]);

    private static readonly double[] Heights = [1, 1.2, 3, 3.2];

    private static readonly double[,] Widths = { { 10, 3, 17, 3.5, 1.7, 8 }, { 0.05, 10, 17, 0.1, 8, 14 }, { 3, 3.5, 1.7, 10, 17, 8 }, { 17, 8, 0.05, 10, 0.1, 14 } };

    private static readonly double[,] Centres =
    {
        { 0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886 }, { 0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991 }, { 0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650 }, { 0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381 },
    };

    [Theory]
    [InlineData("branin", 0.397887)]
    [InlineData("hartmann", -3.32237)]
    public void The_estimator_beats_random_search_pair_by_pair(string problem, double least)
    {
        var (space, objective) = problem == "branin" ? (BraninSpace, (Func<StudyTrial, double>)Branin) : (HartmannSpace, Hartmann);
        var pairs = Enumerable.Range(1000, Pairs).Select(seed => (Estimator: Regret("tpe", (ulong)seed), Random: Regret("random", (ulong)seed))).ToArray();
        var wins = pairs.Count(static pair => pair.Estimator < pair.Random);
        var (estimator, random) = (pairs.Average(static pair => pair.Estimator), pairs.Average(static pair => pair.Random));
        Assert.All(pairs, static pair => Assert.True(pair.Estimator >= 0 && pair.Random >= 0, "a regret below 0 says that the objective is wrong"));
        Assert.True(wins >= LeastWins && estimator < 0.8 * random, $"the estimator wins {wins} of {Pairs}; its mean regret is {estimator}, that of random search {random}");

        double Regret(string sampler, ulong seed) => SearchInMemory.Run(sampler, space, objective, seed, Budget).Min(static trial => trial.Value!.Value) - least;
    }

    [Fact]
    public void The_objectives_are_those_of_the_literature()
    {
        Assert.Equal(0.397887, Branin(At(BraninSpace, Math.PI, 2.275, 0, 0)), 1e-6);
        Assert.Equal(0.397887, Branin(At(BraninSpace, 5 - Math.PI, 2.275, 0, 1)), 1e-6);
        Assert.Equal(-3.32237, Hartmann(At(HartmannSpace, 0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573, 0)), 1e-5);

        static StudyTrial At(SearchSpace space, params double[] values) => new() { Number = 0, Space = space, Values = [.. values] };
    }

    /// <summary>Branin's function (Dixon and Szego 1978): three equal minima. A choice adds 0, 2 or 5, another one mirrors x.</summary>
    private static double Branin(StudyTrial trial)
    {
        var (x, y) = (trial.Real("mirror") == 1 ? 5 - trial.Real("x") : trial.Real("x"), trial.Real("y"));
        var valley = y - (5.1 / (4 * Math.PI * Math.PI) * x * x) + (5 / Math.PI * x) - 6;
        return (valley * valley) + (10 * (1 - (1 / (8 * Math.PI))) * Math.Cos(x)) + 10 + (trial.Text("optimizer") switch { "a" => 0, "b" => 2, _ => 5 });
    }

    /// <summary>Hartmann's function of six numbers (Dixon and Szego 1978): six minima, one the lowest. A choice takes 1, 0.9, 0.7 or 0.5 of it.</summary>
    private static double Hartmann(StudyTrial trial)
    {
        double sum = 0;
        for (var i = 0; i < Heights.Length; i++)
        {
            double exponent = 0;
            for (var j = 0; j < 6; j++) exponent += Widths[i, j] * Math.Pow(trial.Real($"x{j}") - Centres[i, j], 2);
            sum -= Heights[i] * Math.Exp(-exponent);
        }

        return sum * (trial.Text("scale") switch { "a" => 1, "b" => 0.9, "c" => 0.7, _ => 0.5 });
    }
}
