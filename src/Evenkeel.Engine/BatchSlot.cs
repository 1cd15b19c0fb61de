using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Memory;

namespace Evenkeel.Engine;

/// <summary>Input memory for one batch: fill it, set <see cref="Count"/>, hand it to a plan. Two of them let the next batch be assembled while a step runs.</summary>
public sealed unsafe class BatchSlot
{
    private readonly NativeBuffer _features;
    private readonly NativeBuffer _targets;

    internal BatchSlot(int capacity, long featuresPerSample, long targetsPerSample, ElementKind targetKind)
    {
        Capacity = capacity;
        FeaturesPerSample = checked((int)featuresPerSample);
        TargetsPerSample = checked((int)targetsPerSample);
        TargetKind = targetKind;
        _features = new NativeBuffer(capacity * featuresPerSample);
        _targets = new NativeBuffer(capacity * targetsPerSample);
    }

    /// <summary>Memory for batches that several plans share.</summary>
    /// <param name="capacity">The most samples, at least 1.</param>
    /// <param name="features">The shape of the features, <c>[N, ...]</c>.</param>
    /// <param name="targets">The input of labels or target values; null for none.</param>
    public static BatchSlot Create(int capacity, Shape features, InputNode? targets = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        return new(capacity, features.ElementsPerSample, targets?.Output.Shape.ElementsPerSample ?? 0, targets?.Elements ?? ElementKind.Float);
    }

    /// <summary>The most samples.</summary>
    public int Capacity { get; }

    /// <summary>Floats of one sample.</summary>
    public int FeaturesPerSample { get; }

    /// <summary>Labels (1) or target values of one sample; 0 where the plan takes none.</summary>
    public int TargetsPerSample { get; }

    /// <summary>Whether targets are class labels or values.</summary>
    public ElementKind TargetKind { get; }

    /// <summary>Samples in the slot, 1 to <see cref="Capacity"/>.</summary>
    public int Count { get; set; }

    /// <summary>The features, sample by sample.</summary>
    public Span<float> Features => _features.Span;

    /// <summary>The class labels; empty where the plan takes values.</summary>
    public Span<int> Labels => TargetKind == ElementKind.Integer ? new(_targets.Pointer, Capacity * TargetsPerSample) : default;

    /// <summary>The target values, sample by sample; empty where the plan takes labels.</summary>
    public Span<float> Targets => TargetKind == ElementKind.Float ? new(_targets.Pointer, Capacity * TargetsPerSample) : default;

    internal float* FeaturePointer => _features.Pointer;

    internal float* TargetPointer => _targets.Pointer;

    /// <summary>Copies a batch in.</summary>
    /// <param name="features"><c>[count, FeaturesPerSample]</c>, row-major, channels last.</param>
    /// <param name="labels"><c>[count]</c> classes from 0 on, for a loss of classes.</param>
    /// <exception cref="EngineException">EK0205: lengths are no whole number of samples. EK0202: more samples than fit. EK0882: labels where the plan takes target values, or the other way round.</exception>
    public void Fill(ReadOnlySpan<float> features, ReadOnlySpan<int> labels)
    {
        Require(ElementKind.Integer, "class labels");
        SetCount(features.Length, labels.Length);
        features.CopyTo(Features);
        labels.CopyTo(Labels);
    }

    /// <summary>Copies a batch with target values in.</summary>
    /// <param name="features"><c>[count, FeaturesPerSample]</c>, row-major, channels last.</param>
    /// <param name="targets"><c>[count, TargetsPerSample]</c>, for a loss of values.</param>
    /// <inheritdoc cref="Fill(ReadOnlySpan{float}, ReadOnlySpan{int})" path="/exception"/>
    public void Fill(ReadOnlySpan<float> features, ReadOnlySpan<float> targets)
    {
        Require(ElementKind.Float, "target values");
        SetCount(features.Length, targets.Length);
        features.CopyTo(Features);
        targets.CopyTo(Targets);
    }

    /// <summary>Copies features in, for a plan without a loss.</summary>
    /// <param name="features"><c>[count, FeaturesPerSample]</c>, row-major, channels last.</param>
    /// <exception cref="EngineException">EK0205: no whole number of samples. EK0202: more samples than fit.</exception>
    public void Fill(ReadOnlySpan<float> features)
    {
        SetCount(features.Length, TargetsPerSample == 0 ? 0 : -1);
        features.CopyTo(Features);
    }

    private void Require(ElementKind kind, string came)
    {
        if (TargetsPerSample > 0 && TargetKind != kind) throw EngineException.OtherTargets(came, TargetKind == ElementKind.Integer ? "class labels, as ints" : "target values, as floats");
    }

    private void SetCount(int features, int targets)
    {
        if (features == 0 || features % FeaturesPerSample != 0) throw EngineException.BadLength("The features' span", features, FeaturesPerSample);
        var count = features / FeaturesPerSample;
        if (count > Capacity) throw EngineException.BadCount(count, Capacity);
        if (targets >= 0 && targets != count * TargetsPerSample) throw EngineException.BadLength($"The targets' span, for {count} samples,", targets, TargetsPerSample);
        Count = count;
    }
}
