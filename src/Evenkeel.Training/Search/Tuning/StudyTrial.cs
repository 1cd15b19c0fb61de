using System.Collections.Immutable;

namespace Evenkeel.Training.Search.Tuning;

/// <summary>Where a trial stands.</summary>
public enum TrialState
{
    /// <summary>Somebody works on it.</summary>
    Running,

    /// <summary>It has its result.</summary>
    Complete,

    /// <summary>It was given up because others did better at the same step.</summary>
    Pruned,

    /// <summary>It broke, or its result is not finite.</summary>
    Failed,
}

/// <summary>What was measured on the way.</summary>
/// <param name="Step">When: an epoch, for instance.</param>
/// <param name="Value">The objective then; lower is better.</param>
public readonly record struct TrialReport(int Step, double Value);

/// <summary>One try of a search: its values and what came of them. Immutable; a study gives a newer one as more becomes known.</summary>
public sealed record StudyTrial
{
    /// <summary>The trial's number, from 0.</summary>
    public required int Number { get; init; }

    /// <summary>The space's parameters.</summary>
    public required SearchSpace Space { get; init; }

    /// <summary>A value per parameter: a number, or the index of a choice.</summary>
    public required ImmutableArray<double> Values { get; init; }

    /// <summary>Where it stands.</summary>
    public TrialState State { get; init; }

    /// <summary>The result, lower is better; for a pruned trial the last report. Null where there is none.</summary>
    public double? Value { get; init; }

    /// <summary>What was measured on the way, in order.</summary>
    public ImmutableList<TrialReport> Reports { get; init; } = [];

    /// <summary>Who works or worked on it.</summary>
    internal TrialWorker Worker { get; init; } = TrialWorker.Nobody;

    /// <summary>A number of the trial.</summary>
    /// <param name="name">The parameter's name.</param>
    public double Real(string name) => Values[IndexOf(name)];

    /// <summary>A value of the trial as text: the choice, or the number.</summary>
    /// <param name="name">The parameter's name.</param>
    public string Text(string name) => Space.Parameters[IndexOf(name)].Format(Values[IndexOf(name)]);

    /// <summary><c>lr 0.01, optimizer sgd</c></summary>
    public override string ToString() => string.Join(", ", Space.Parameters.Select(parameter => $"{parameter.Name} {Text(parameter.Name)}"));

    /// <summary>The objective at a step; null where it was not reported.</summary>
    internal double? At(int step) => Reports.FindIndex(report => report.Step == step) is >= 0 and var index ? Reports[index].Value : null;

    private int IndexOf(string name)
    {
        for (var i = 0; i < Space.Parameters.Length; i++)
        {
            if (Space.Parameters[i].Name == name) return i;
        }

        throw new ArgumentException($"The search space has no parameter '{name}'.", nameof(name));
    }
}
