using Evenkeel.Numerics.Randomness;
using Evenkeel.Training.Search.Tuning;

namespace Evenkeel.Training.Tests.Search.Tuning;

public sealed class SamplerTests
{
    private const int Budget = 50;
    private const int Seeds = 30;

    private static readonly SearchSpace Mixed = new(
        SearchParameter.Number("x", -3, 3), SearchParameter.Number("y", 1e-4, 10, logarithmic: true), SearchParameter.Number("n", 1, 9, integer: true), SearchParameter.Choice("c", "a", "b", "c", "d"));

    public static TheoryData<string> Names => [.. SamplerTable.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_are_inside_their_ranges_and_the_same_for_the_same_seed(string name)
    {
        var (first, again, other) = (SearchInMemory.Run(name, Mixed, Bowl, 1, 40), SearchInMemory.Run(name, Mixed, Bowl, 1, 40), SearchInMemory.Run(name, Mixed, Bowl, 2, 40));
        for (var i = 0; i < first.Count; i++)
        {
            Assert.Equal(first[i].Values.AsEnumerable(), again[i].Values);
            for (var p = 0; p < Mixed.Parameters.Length; p++) Assert.True(Mixed.Parameters[p].FromUnit(Mixed.Parameters[p].ToUnit(first[i].Values[p])) is var value && Math.Abs(value - first[i].Values[p]) <= 1e-5 * Math.Abs(value));
            Assert.InRange(first[i].Real("x"), -3, 3);
            Assert.InRange(first[i].Real("y"), 1e-4, 10);
            Assert.InRange(first[i].Real("n"), 1, 9);
        }

        Assert.NotEqual(first[0].Values.AsEnumerable(), other[0].Values);
        Assert.All(Enumerable.Range(0, 4), choice => Assert.Contains(first, trial => trial.Values[3] == choice));
    }

    /// <summary>Over thirty seeds, on a bowl, a valley in the logarithm, and choices that must agree.</summary>
    [Theory]
    [InlineData("bowl")]
    [InlineData("valley")]
    [InlineData("choices")]
    public void The_estimator_beats_random_search_in_expectation(string problem)
    {
        Func<StudyTrial, double> objective = problem switch
        {
            "bowl" => Bowl,
            "valley" => static trial => Math.Abs(Math.Log10(trial.Real("y")) + 2) + (0.01 * Math.Abs(trial.Real("x"))),
            _ => static trial => (trial.Text("c") == "c" ? 0 : 1) + Math.Abs(trial.Real("n") - 7) + Math.Abs(trial.Real("x") - 1),
        };
        double estimator = 0, random = 0;
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            estimator += SearchInMemory.Run("tpe", Mixed, objective, seed, Budget).Min(static trial => trial.Value!.Value) / Seeds;
            random += SearchInMemory.Run("random", Mixed, objective, seed, Budget).Min(static trial => trial.Value!.Value) / Seeds;
        }

        Assert.True(estimator < 0.75 * random, $"the estimator's mean best is {estimator}, that of random search {random}");
    }

    /// <summary>Bergstra and Bengio, JMLR 13, 2012, section 2.2: sixty draws miss the best twentieth of any space with probability 0.95^60.</summary>
    [Fact]
    public void Sixty_random_trials_hit_the_best_twentieth_with_probability_0_954()
    {
        const int searches = 1000;
        var space = new SearchSpace(SearchParameter.Number("rate", 1e-4, 1, logarithmic: true));
        var hits = Enumerable.Range(0, searches).Count(seed => SearchInMemory.Run("random", space, trial => space.Parameters[0].ToUnit(trial.Values[0]), (ulong)seed, 60).Any(static trial => trial.Value < 0.05));
        Assert.Equal(1 - Math.Pow(0.95, 60), (double)hits / searches, 3.5 * Math.Sqrt(0.954 * 0.046 / searches));
    }

    [Fact]
    public void Points_of_the_quasi_random_sequence_fill_the_range_evenly()
    {
        var space = new SearchSpace(SearchParameter.Number("x", 0, 1), SearchParameter.Number("y", 0, 1));
        var trials = SearchInMemory.Run("halton", space, static _ => 0, 3, 64);
        var random = SearchInMemory.Run("random", space, static _ => 0, 3, 64);
        // A shift may cut one stratum in two; random points leave a third of the strata empty.
        Assert.True(Filled(trials, 0, 16) == 16 && Filled(trials, 1, 9) == 9, $"{Filled(trials, 0, 16)} and {Filled(trials, 1, 9)}");
        Assert.True(Filled(trials, 0, 64) > Filled(random, 0, 64) + 10);
        Assert.Equal(0.375, HaltonSampler.Mirrored(6, 2));
        Assert.Equal(5.0 / 9, HaltonSampler.Mirrored(7, 3), 1e-15);

        static int Filled(IReadOnlyList<StudyTrial> trials, int parameter, int strata) => trials.Select(trial => (int)(trial.Values[parameter] * strata)).Distinct().Count();
    }

    [Fact]
    public void A_density_is_one_and_draws_follow_it()
    {
        var density = ParzenDensity.OfPoints([0.02, 0.1, 0.11, 0.9], 0.05);
        const int Steps = 20_000;
        double sum = 0, below = 0;
        for (var i = 0; i < Steps; i++)
        {
            var u = (i + 0.5) / Steps;
            var share = Math.Exp(density.LogDensity(u)) / Steps;
            sum += share;
            if (u < 0.3) below += share;
        }

        Assert.Equal(1, sum, 1e-6);
        var stream = new RandomStream(4, "draws");
        var drawn = Enumerable.Range(0, Steps).Count(i => density.Draw(stream.Uniform((ulong)(2 * i)), stream.Uniform((ulong)((2 * i) + 1))) < 0.3) / (double)Steps;
        Assert.Equal(below, drawn, 0.01);
        var steps = ParzenDensity.OfChoices([1, 3]);
        Assert.Equal(Math.Log(1.5), steps.LogDensity(0.75), 1e-12);
        Assert.Equal([0.25, 0.75], [steps.Draw(0.2, 0.5), steps.Draw(0.3, 0.5)]);
    }

    [Fact]
    public void The_median_pruner_spares_the_first_and_gives_up_what_is_worse_than_half()
    {
        var pruner = new MedianPruner();
        var done = Enumerable.Range(0, 5).Select(static i => Reported(i, TrialState.Complete, 0.9, 0.1 * (i + 1))).ToList();
        Assert.False(Judge(0.2, 0.31), "the median at step 1 is 0.3 and 0.2 was better before");
        Assert.True(Judge(0.9, 0.31));
        Assert.False(Judge(0.9, 0.29));
        Assert.False(Judge(5), "the first report is spared");
        Assert.False(pruner.ShouldPrune(Reported(4, TrialState.Running, 0.9, 5), [.. done.Take(4), Reported(4, TrialState.Running, 0.9, 5)]), "four trials are too few");
        Assert.False(new NoPruner().ShouldPrune(Reported(5, TrialState.Running, 0.9, 5), done));

        bool Judge(params double[] values)
        {
            var trial = Reported(5, TrialState.Running, values);
            return pruner.ShouldPrune(trial, [.. done, trial]);
        }
    }

    [Fact]
    public void Successive_halving_lets_the_best_third_at_each_rung_go_on()
    {
        var pruner = new AshaPruner();
        List<StudyTrial> trials = [];
        var goneOn = new List<int>();
        double[] first = [5, 6, 4, 7, 3, 8, 4.5, 1, 9];
        for (var i = 0; i < first.Length; i++)
        {
            trials.Add(Reported(i, TrialState.Running, first[i]));
            if (!pruner.ShouldPrune(trials[i], trials)) goneOn.Add(i);
        }

        Assert.Equal([0, 2, 4, 7], goneOn);
        trials[4] = Reported(4, TrialState.Running, 3, 2);
        Assert.False(pruner.ShouldPrune(trials[4], trials), "there is no rung at the second report");
        trials[4] = Reported(4, TrialState.Running, 3, 2, 2);
        Assert.False(pruner.ShouldPrune(trials[4], trials), "nobody else is there");
        trials[7] = Reported(7, TrialState.Running, 3, 3, 2.5);
        Assert.True(pruner.ShouldPrune(trials[7], trials));
    }

    [Fact]
    public void What_matters_is_told_from_what_does_not()
    {
        var trials = SearchInMemory.Run("random", Mixed, static trial => (10 * trial.Real("x")) + (trial.Text("c") == "b" ? 25 : 0) + (0.01 * trial.Real("n")), 5, 200);
        var importance = ParameterImportance.Measure(Mixed, trials);
        Assert.Equal(["x", "c"], importance.Take(2).Select(static item => item.Name));
        Assert.InRange(importance[0].Share, 0.4, 0.95);
        Assert.InRange(importance[1].Share, 0.08, 0.45);
        Assert.True(importance[2].Share < 0.05);
        Assert.Empty(ParameterImportance.Measure(Mixed, trials.Take(7).ToArray()));
    }

    [Fact]
    public void A_sampler_or_pruner_that_does_not_exist_is_refused_with_the_nearest()
    {
        Assert.Contains("Did you mean 'halton'", Refused(static () => SamplerTable.Create("hlton")), StringComparison.Ordinal);
        Assert.Contains("Known: asha, median, none.", Refused(static () => PrunerTable.Create("x")), StringComparison.Ordinal);

        static string Refused(Action act)
        {
            var error = Assert.Throws<TrainingException>(act);
            Assert.Equal("EK0464", error.Code);
            return error.Message;
        }
    }

    private static double Bowl(StudyTrial trial) => Math.Pow(trial.Real("x") - 1, 2) + Math.Pow(Math.Log10(trial.Real("y")) + 1, 2) + (0.1 * Math.Abs(trial.Real("n") - 3)) + (trial.Text("c") == "b" ? 0 : 0.5);

    private static StudyTrial Reported(int number, TrialState state, params double[] values) => new()
    {
        Number = number,
        Space = Mixed,
        Values = [],
        State = state,
        Value = values[^1],
        Reports = [.. values.Select(static (value, step) => new TrialReport(step, value))],
    };
}
