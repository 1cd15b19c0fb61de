using System.Globalization;

namespace Evenkeel.Data.Datasets;

/// <summary>What a dataset's targets are.</summary>
public enum TargetKind
{
    /// <summary>One class index per sample, 0..ClassCount-1.</summary>
    ClassIndex,

    /// <summary>A fixed number of float values per sample.</summary>
    Values,
}

/// <summary>Describes the targets of a dataset: classes with names, or a number of float values.</summary>
public sealed record TargetSpec
{
    private TargetSpec(TargetKind kind, int width, IReadOnlyList<string> classNames)
    {
        Kind = kind;
        Width = width;
        ClassNames = classNames;
    }

    /// <summary>Class indices or values.</summary>
    public TargetKind Kind { get; }

    /// <summary>Values per sample; 1 for class indices.</summary>
    public int Width { get; }

    /// <summary>How many classes there are; 0 for values.</summary>
    public int ClassCount => ClassNames.Count;

    /// <summary>The name of each class; empty for values.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Classes named by their number: "0", "1", ...</summary>
    /// <param name="count">At least 1.</param>
    public static TargetSpec Classes(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var names = new string[count];
        for (var i = 0; i < count; i++) names[i] = i.ToString(CultureInfo.InvariantCulture);
        return new TargetSpec(TargetKind.ClassIndex, 1, Array.AsReadOnly(names));
    }

    /// <summary>Classes with names of their own.</summary>
    /// <param name="names">One per class, in the order of their indices.</param>
    public static TargetSpec Classes(IReadOnlyList<string> names)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(names.Count, 1, nameof(names));
        return new TargetSpec(TargetKind.ClassIndex, 1, Array.AsReadOnly(names.ToArray()));
    }

    /// <summary>Float values, for regression or reconstruction.</summary>
    /// <param name="width">Values per sample, at least 1.</param>
    public static TargetSpec Values(int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        return new TargetSpec(TargetKind.Values, width, []);
    }

    /// <summary>Equal kind, width and class names.</summary>
    /// <param name="other">The other description.</param>
    public bool Equals(TargetSpec? other) =>
        other is not null && Kind == other.Kind && Width == other.Width && ClassNames.SequenceEqual(other.ClassNames);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Width, ClassCount);

    /// <summary>"10 classes" or "3 values".</summary>
    public override string ToString() => Kind == TargetKind.ClassIndex
        ? string.Create(CultureInfo.InvariantCulture, $"{ClassCount} classes")
        : string.Create(CultureInfo.InvariantCulture, $"{Width} values");
}
