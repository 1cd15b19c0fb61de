using Evenkeel.Cli.Output;
using Evenkeel.Data.Datasets;

namespace Evenkeel.Cli.Training;

/// <summary>Classes that nothing teaches: where files number their classes themselves, one label out of range makes a network of too many outputs.</summary>
internal static class ClassGaps
{
    public const string Code = "EK0881";

    private const int MostNamed = 8;

    /// <summary>What to warn of; null where every class has samples.</summary>
    public static string? Describe(Dataset training)
    {
        if (training.Target.Kind != TargetKind.ClassIndex) return null;
        var seen = new bool[training.Target.ClassCount];
        for (var i = 0; i < training.Count; i++) seen[training.ReadLabel(i)] = true;
        string[] missing = [.. training.Target.ClassNames.Where((_, label) => !seen[label])];
        return missing.Length == 0 ? null
            : Words.Invariant($"[dataset '{training.Name}'] {missing.Length} of {seen.Length} classes have no sample to train on: {string.Join(", ", missing.Take(MostNamed))}{(missing.Length > MostNamed ? Words.Invariant($" and {missing.Length - MostNamed} more") : "")}. If a label is out of range, correct the file; `evenkeel data` counts every class.");
    }
}
