namespace Evenkeel.Data.Datasets;

public abstract partial class Dataset
{
    private const string DefaultName = "data";

    /// <summary>Samples with class labels, from rows; the numbers are copied.</summary>
    /// <param name="samples">One array per sample, all of one length.</param>
    /// <param name="labels">One class per sample, 0..classes-1.</param>
    /// <param name="shape">Null for flat samples <c>[F]</c>.</param>
    /// <param name="classNames">Null: as many classes as the largest label asks for, named by number.</param>
    /// <param name="name">Names the dataset in messages.</param>
    /// <exception cref="DatasetException">EK0301: a sample of another length. EK0302: counts differ. EK0303: a label outside the classes. EK0304: a number that is not finite. EK0305: no sample.</exception>
    public static Dataset From(float[][] samples, int[] labels, SampleShape? shape = null, IReadOnlyList<string>? classNames = null, string name = DefaultName)
    {
        ArgumentNullException.ThrowIfNull(labels);
        shape ??= FlatShape(samples, name);
        return MemoryDataset.OfClasses(name, Gather(samples, shape, name), shape, labels.ToArray(), Named(classNames));
    }

    /// <summary>Samples with class labels, from a matrix <c>[N, F]</c>; the numbers are copied.</summary>
    /// <param name="samples">One row per sample.</param>
    /// <param name="labels">One class per sample, 0..classes-1.</param>
    /// <param name="shape">Null for flat samples <c>[F]</c>.</param>
    /// <param name="classNames">Null: as many classes as the largest label asks for, named by number.</param>
    /// <param name="name">Names the dataset in messages.</param>
    /// <exception cref="DatasetException">EK0301..EK0305, as for rows.</exception>
    public static Dataset From(float[,] samples, int[] labels, SampleShape? shape = null, IReadOnlyList<string>? classNames = null, string name = DefaultName)
    {
        ArgumentNullException.ThrowIfNull(labels);
        shape ??= MatrixShape(samples, name);
        return MemoryDataset.OfClasses(name, Flatten(samples, shape, name), shape, labels.ToArray(), Named(classNames));
    }

    /// <summary>Samples with class labels, from memory that is used as it is, without a copy: do not change it afterwards.</summary>
    /// <param name="samples">The samples one after the other, <c>[N, shape]</c>; a <c>float[]</c> converts by itself.</param>
    /// <param name="shape">The shape of one sample.</param>
    /// <param name="labels">One class per sample, 0..classes-1.</param>
    /// <param name="classNames">Null: as many classes as the largest label asks for, named by number.</param>
    /// <param name="name">Names the dataset in messages.</param>
    /// <exception cref="DatasetException">EK0301..EK0305, as for rows.</exception>
    public static Dataset From(ReadOnlyMemory<float> samples, SampleShape shape, ReadOnlyMemory<int> labels, IReadOnlyList<string>? classNames = null, string name = DefaultName) =>
        MemoryDataset.OfClasses(name, samples, shape, labels, Named(classNames));

    /// <summary>Samples with class labels, from spans; the numbers are copied.</summary>
    /// <param name="samples">The samples one after the other, <c>[N, shape]</c>.</param>
    /// <param name="shape">The shape of one sample.</param>
    /// <param name="labels">One class per sample, 0..classes-1.</param>
    /// <param name="classNames">Null: as many classes as the largest label asks for, named by number.</param>
    /// <param name="name">Names the dataset in messages.</param>
    /// <exception cref="DatasetException">EK0301..EK0305, as for rows.</exception>
    public static Dataset Copy(ReadOnlySpan<float> samples, SampleShape shape, ReadOnlySpan<int> labels, IReadOnlyList<string>? classNames = null, string name = DefaultName) =>
        MemoryDataset.OfClasses(name, samples.ToArray(), shape, labels.ToArray(), Named(classNames));

    /// <summary>Samples with class labels, from a sequence that is read once, here.</summary>
    /// <param name="samples">Features and class of each sample; all features of one length.</param>
    /// <param name="shape">Null for flat samples <c>[F]</c>.</param>
    /// <param name="classNames">Null: as many classes as the largest label asks for, named by number.</param>
    /// <param name="name">Names the dataset in messages.</param>
    /// <exception cref="DatasetException">EK0301..EK0305, as for rows.</exception>
    public static Dataset From(IEnumerable<(float[] Features, int Label)> samples, SampleShape? shape = null, IReadOnlyList<string>? classNames = null, string name = DefaultName)
    {
        var (rows, labels) = (new List<float[]>(), new List<int>());
        foreach (var (features, label) in samples)
        {
            rows.Add(features);
            labels.Add(label);
        }

        return From(rows.ToArray(), labels.ToArray(), shape, classNames, name);
    }

    /// <summary>Samples with target values, from rows; the numbers are copied.</summary>
    /// <param name="samples">One array per sample, all of one length.</param>
    /// <param name="targets">One array of target values per sample, all of one length.</param>
    /// <param name="shape">Null for flat samples <c>[F]</c>.</param>
    /// <param name="name">Names the dataset in messages.</param>
    /// <exception cref="DatasetException">EK0301: a sample of another length. EK0302: counts differ. EK0304: a number that is not finite. EK0305: no sample. EK0307: targets of another length.</exception>
    public static Dataset From(float[][] samples, float[][] targets, SampleShape? shape = null, string name = DefaultName)
    {
        shape ??= FlatShape(samples, name);
        if (targets.Length != samples.Length) throw DataErrors.CountMismatch(name, samples.Length, "targets", targets.Length);
        var width = Math.Max(1, targets[0].Length);
        var values = new float[checked(targets.Length * width)];
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i].Length != width) throw DataErrors.TargetWidth(name, i, targets[i].Length, width);
            targets[i].CopyTo(values, i * width);
        }

        return MemoryDataset.OfValues(name, Gather(samples, shape, name), shape, values, width);
    }

    /// <summary>Samples with one target value each, from rows; the numbers are copied.</summary>
    /// <param name="samples">One array per sample, all of one length.</param>
    /// <param name="targets">One target value per sample.</param>
    /// <param name="shape">Null for flat samples <c>[F]</c>.</param>
    /// <param name="name">Names the dataset in messages.</param>
    /// <exception cref="DatasetException">EK0301, EK0302, EK0304, EK0305.</exception>
    public static Dataset From(float[][] samples, float[] targets, SampleShape? shape = null, string name = DefaultName)
    {
        ArgumentNullException.ThrowIfNull(targets);
        shape ??= FlatShape(samples, name);
        return MemoryDataset.OfValues(name, Gather(samples, shape, name), shape, targets.ToArray(), 1);
    }

    /// <summary>Samples with target values, from matrices <c>[N, F]</c> and <c>[N, K]</c>; the numbers are copied.</summary>
    /// <param name="samples">One row per sample.</param>
    /// <param name="targets">One row of target values per sample.</param>
    /// <param name="shape">Null for flat samples <c>[F]</c>.</param>
    /// <param name="name">Names the dataset in messages.</param>
    /// <exception cref="DatasetException">EK0301, EK0302, EK0304, EK0305.</exception>
    public static Dataset From(float[,] samples, float[,] targets, SampleShape? shape = null, string name = DefaultName)
    {
        ArgumentNullException.ThrowIfNull(targets);
        shape ??= MatrixShape(samples, name);
        if (targets.GetLength(0) != samples.GetLength(0)) throw DataErrors.CountMismatch(name, samples.GetLength(0), "targets", targets.GetLength(0));
        var wide = MatrixShape(targets, name);
        return MemoryDataset.OfValues(name, Flatten(samples, shape, name), shape, Flatten(targets, wide, name), wide.Length);
    }

    /// <summary>Samples with target values, from memory that is used as it is, without a copy: do not change it afterwards.</summary>
    /// <param name="samples">The samples one after the other, <c>[N, shape]</c>.</param>
    /// <param name="shape">The shape of one sample.</param>
    /// <param name="targets">The target values one sample after the other, <c>[N, targetWidth]</c>.</param>
    /// <param name="targetWidth">Target values per sample, at least 1.</param>
    /// <param name="name">Names the dataset in messages.</param>
    /// <exception cref="DatasetException">EK0301, EK0302, EK0304, EK0305.</exception>
    public static Dataset From(ReadOnlyMemory<float> samples, SampleShape shape, ReadOnlyMemory<float> targets, int targetWidth, string name = DefaultName) =>
        MemoryDataset.OfValues(name, samples, shape, targets, targetWidth);

    /// <summary>Samples with target values, from a sequence that is read once, here.</summary>
    /// <param name="samples">Features and target values of each sample.</param>
    /// <param name="shape">Null for flat samples <c>[F]</c>.</param>
    /// <param name="name">Names the dataset in messages.</param>
    /// <exception cref="DatasetException">EK0301, EK0304, EK0305, EK0307.</exception>
    public static Dataset From(IEnumerable<(float[] Features, float[] Target)> samples, SampleShape? shape = null, string name = DefaultName)
    {
        var (rows, targets) = (new List<float[]>(), new List<float[]>());
        foreach (var (features, target) in samples)
        {
            rows.Add(features);
            targets.Add(target);
        }

        return From(rows.ToArray(), targets.ToArray(), shape, name);
    }

    /// <summary>Samples with class labels, read by delegates whenever they are needed.</summary>
    /// <param name="count">How many samples there are.</param>
    /// <param name="shape">The shape of one sample.</param>
    /// <param name="sample">Fills the features; must be thread-safe and always give the same numbers for an index.</param>
    /// <param name="label">Gives the class; must be thread-safe.</param>
    /// <param name="target">The classes.</param>
    /// <param name="name">Names the dataset in messages.</param>
    /// <exception cref="DatasetException">EK0305: no sample. EK0306: the targets are not classes.</exception>
    /// <remarks>Features are not checked for finite numbers when read; <see cref="Materialize"/> checks them.</remarks>
    public static Dataset From(int count, SampleShape shape, ReadSample sample, Func<int, int> label, TargetSpec target, string name = DefaultName)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(label);
        if (count < 1) throw DataErrors.Empty(name);
        if (target.Kind != TargetKind.ClassIndex) throw DataErrors.WrongTarget(name, "class labels", target.ToString());
        return new DelegateDataset(name, count, shape, sample, target, label, null);
    }

    /// <summary>Samples with target values, read by delegates whenever they are needed.</summary>
    /// <param name="count">How many samples there are.</param>
    /// <param name="shape">The shape of one sample.</param>
    /// <param name="sample">Fills the features; must be thread-safe and always give the same numbers for an index.</param>
    /// <param name="values">Fills the target values; must be thread-safe.</param>
    /// <param name="targetWidth">Target values per sample, at least 1.</param>
    /// <param name="name">Names the dataset in messages.</param>
    /// <exception cref="DatasetException">EK0305: no sample.</exception>
    /// <remarks>Features are not checked for finite numbers when read; <see cref="Materialize"/> checks them.</remarks>
    public static Dataset From(int count, SampleShape shape, ReadSample sample, ReadTarget values, int targetWidth, string name = DefaultName)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(values);
        if (count < 1) throw DataErrors.Empty(name);
        return new DelegateDataset(name, count, shape, sample, TargetSpec.Values(targetWidth), null, values);
    }

    /// <summary>Samples of bytes (grey or colour images) with class labels; a feature is <c>byte / 255</c>, in [0, 1]. The memory is used as it is.</summary>
    /// <param name="samples">The samples one after the other, <c>[N, shape]</c>, channels last.</param>
    /// <param name="shape">The shape of one sample.</param>
    /// <param name="labels">One class per sample.</param>
    /// <param name="target">Null: as many classes as the largest label asks for, named by number.</param>
    /// <param name="name">Names the dataset in messages.</param>
    /// <exception cref="DatasetException">EK0301: bytes left over. EK0302: counts differ. EK0303: a label outside the classes. EK0305: no sample. EK0306: the targets are not classes.</exception>
    public static Dataset FromBytes(ReadOnlyMemory<byte> samples, SampleShape shape, ReadOnlyMemory<int> labels, TargetSpec? target = null, string name = DefaultName)
    {
        if (target is { Kind: not TargetKind.ClassIndex }) throw DataErrors.WrongTarget(name, "class labels", target.ToString());
        if (samples.Length == 0) throw DataErrors.Empty(name);
        var (count, left) = Math.DivRem(samples.Length, shape.Length);
        if (left != 0) throw DataErrors.FeatureLength(name, count, left, shape.Length, shape.ToString());
        if (labels.Length != count) throw DataErrors.CountMismatch(name, count, "labels", labels.Length);
        target = MemoryDataset.CheckLabels(name, labels.Span, target);
        return new ByteDataset(name, shape, target, new StoredBytes(samples, shape.Length, labels));
    }

    /// <summary>Reads every sample into memory and checks it: numbers finite, labels within the classes.</summary>
    /// <exception cref="DatasetException">EK0303, EK0304: names the first sample at fault.</exception>
    public Dataset Materialize()
    {
        var samples = new float[checked(Count * Shape.Length)];
        for (var i = 0; i < Count; i++) Read(i, samples.AsSpan(i * Shape.Length, Shape.Length));
        if (Target.Kind == TargetKind.ClassIndex)
        {
            var labels = new int[Count];
            for (var i = 0; i < labels.Length; i++) labels[i] = ReadLabel(i);
            return MemoryDataset.OfClasses(Name, samples, Shape, labels, Target);
        }

        var values = new float[checked(Count * Target.Width)];
        for (var i = 0; i < Count; i++) ReadValues(i, values.AsSpan(i * Target.Width, Target.Width));
        return MemoryDataset.OfValues(Name, samples, Shape, values, Target.Width);
    }

    private static TargetSpec? Named(IReadOnlyList<string>? classNames) => classNames is null ? null : TargetSpec.Classes(classNames);

    private static SampleShape FlatShape(float[][] samples, string name)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return samples.Length == 0 ? throw DataErrors.Empty(name) : [samples[0].Length];
    }

    private static SampleShape MatrixShape(float[,] samples, string name)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return samples.GetLength(0) == 0 ? throw DataErrors.Empty(name) : [samples.GetLength(1)];
    }

    private static float[] Gather(float[][] samples, SampleShape shape, string name)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var all = new float[checked(samples.Length * shape.Length)];
        for (var i = 0; i < samples.Length; i++)
        {
            if (samples[i].Length != shape.Length) throw DataErrors.FeatureLength(name, i, samples[i].Length, shape.Length, shape.ToString());
            samples[i].CopyTo(all, i * shape.Length);
        }

        return all;
    }

    private static float[] Flatten(float[,] samples, SampleShape shape, string name)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.GetLength(1) != shape.Length) throw DataErrors.FeatureLength(name, 0, samples.GetLength(1), shape.Length, shape.ToString());
        var all = new float[samples.Length];
        Buffer.BlockCopy(samples, 0, all, 0, checked(sizeof(float) * all.Length));
        return all;
    }
}
