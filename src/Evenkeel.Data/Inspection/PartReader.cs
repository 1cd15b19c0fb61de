using Evenkeel.Data.Datasets;

namespace Evenkeel.Data.Inspection;

/// <summary>Reads one part of a dataset once, sample by sample, and gathers what a <see cref="PartReport"/> tells.</summary>
internal sealed class PartReader(Dataset dataset)
{
    private const int ProgressEvery = 1000;

    private readonly int[] _classCounts = new int[dataset.Target.ClassCount];
    private readonly List<DuplicatePair> _examples = [];
    private readonly float[] _first = new float[dataset.Shape.Length];
    private readonly bool[] _varies = new bool[dataset.Shape.Length];
    private Moments _features;
    private Moments _targets;
    private long _nonFinite;
    private int _duplicates;
    private int _conflicts;

    public delegate void Visit(int index, ReadOnlySpan<float> features, ulong hash);

    public ContentIndex Content { get; } = new(dataset);

    public void ReadAll(Visit? visit, Action<int> progress, CancellationToken cancellation)
    {
        var features = new float[dataset.Shape.Length];
        var values = new float[dataset.Target.Width];
        for (var i = 0; i < dataset.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            dataset.Read(i, features);
            if (i == 0) features.CopyTo(_first, 0);
            for (var f = 0; f < features.Length; f++) _varies[f] |= !features[f].Equals(_first[f]);
            AddFinite(features);
            if (dataset.Target.Kind == TargetKind.ClassIndex)
            {
                _classCounts[dataset.ReadLabel(i)]++;
            }
            else
            {
                dataset.ReadValues(i, values);
                _targets.Add(values);
            }

            var hash = ContentIndex.Hash(features);
            AddContent(i, features, hash);
            visit?.Invoke(i, features, hash);
            if ((i + 1) % ProgressEvery == 0 || i + 1 == dataset.Count) progress(i + 1);
        }
    }

    public PartReport ToReport()
    {
        var classes = dataset.Target.Kind == TargetKind.ClassIndex;
        return new PartReport
        {
            Name = dataset.Name,
            Count = dataset.Count,
            ClassCounts = _classCounts,
            SmallestLabel = classes ? Array.FindIndex(_classCounts, c => c > 0) : null,
            LargestLabel = classes ? Array.FindLastIndex(_classCounts, c => c > 0) : null,
            Features = _features,
            Targets = _targets,
            NonFinite = _nonFinite,
            ConstantFeatures = _varies.Count(v => !v),
            Duplicates = _duplicates,
            ConflictingDuplicates = _conflicts,
            DuplicateExamples = _examples,
        };
    }

    private void AddContent(int index, ReadOnlySpan<float> features, ulong hash)
    {
        var original = Content.Find(features, hash);
        if (original < 0)
        {
            Content.Add(index, hash);
            return;
        }

        _duplicates++;
        if (dataset.Target.Kind == TargetKind.ClassIndex && dataset.ReadLabel(index) != dataset.ReadLabel(original)) _conflicts++;
        if (_examples.Count < DatasetReport.MostExamples) _examples.Add(new DuplicatePair(index, original));
    }

    private void AddFinite(ReadOnlySpan<float> features)
    {
        var bad = 0;
        foreach (var feature in features)
        {
            if (!float.IsFinite(feature)) bad++;
        }

        _nonFinite += bad;
        if (bad == 0) _features.Add(features);
        else if (bad < features.Length) _features.Add(features.ToArray().Where(float.IsFinite).ToArray());
    }
}
