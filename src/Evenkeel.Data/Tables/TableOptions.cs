using System.Collections.Immutable;

namespace Evenkeel.Data.Tables;

/// <summary>What is to be foretold.</summary>
public enum TableTask
{
    /// <summary>Classes where the target has text, or whole numbers of at most <see cref="TableImport.MostNumberClasses"/> values; a number otherwise.</summary>
    Auto,

    /// <summary>A class for each value of the target.</summary>
    Classify,

    /// <summary>A number.</summary>
    Regress,
}

/// <summary>How a table becomes samples.</summary>
public sealed record TableOptions
{
    /// <summary>The column to foretell.</summary>
    public required string Target { get; init; }

    /// <summary>Classes or a number. Default by the target's values.</summary>
    public TableTask Task { get; init; }

    /// <summary>Columns of numbers that are codes of categories, such as postal codes. Default none.</summary>
    public ImmutableArray<string> Categories { get; init; } = [];

    /// <summary>Columns to leave out. Default none.</summary>
    public ImmutableArray<string> Ignored { get; init; } = [];

    /// <summary>The share of the rows that is held out to test on, above 0 and below 1, the same of every class. Default a fifth.</summary>
    public double TestShare { get; init; } = 0.2;

    /// <summary>Decides which rows are held out. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>The most levels of a category; the rarer ones share their row of zeros with unknown ones. Default 64.</summary>
    public int MostLevels { get; init; } = 64;
}
