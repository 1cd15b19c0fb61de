namespace Evenkeel.Optimization.Schedules;

/// <summary>The learning rate as a function of the commit alone: no state, so any part of it can be previewed and a resumed run needs nothing but the commit's number.</summary>
public abstract record Schedule
{
    /// <summary>The schedule's name in configurations, for example <c>cosine</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The learning rate of a commit.</summary>
    /// <param name="commit">Which commit, from 0; any number from 0 on has an answer, also behind the planned end.</param>
    public abstract float LearningRateAt(long commit);

    private protected static float PositiveRate(string where, float rate) => float.IsFinite(rate) && rate > 0
        ? rate
        : throw OptimizationErrors.BadOption(where, "learning rate", rate, "a finite number above 0", "0.1 is a usual start for Sgd with batch normalisation, 0.001 for Adam.");
}
