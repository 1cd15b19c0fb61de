namespace Evenkeel.Training.Metrics;

/// <summary>One evaluated batch, as a metric sees it; the spans are valid during the call alone.</summary>
public readonly ref struct EvaluationBatch
{
    /// <summary>How many samples the batch has.</summary>
    public required int Count { get; init; }

    /// <summary><c>[Count, outputs]</c>, what the model made.</summary>
    public required ReadOnlySpan<float> Outputs { get; init; }

    /// <summary>Numbers per sample in <see cref="Outputs"/>.</summary>
    public required int OutputsPerSample { get; init; }

    /// <summary><c>[Count]</c>; empty where the targets are values.</summary>
    public ReadOnlySpan<int> Labels { get; init; }

    /// <summary><c>[Count, width]</c>; empty where the targets are classes.</summary>
    public ReadOnlySpan<float> Targets { get; init; }

    /// <summary>The mean loss of the batch.</summary>
    public double Loss { get; init; }

    /// <summary>How many samples were classified rightly, 0 where that has no meaning.</summary>
    public int Correct { get; init; }

    /// <summary>What the model made for one sample.</summary>
    /// <param name="sample">0 to <see cref="Count"/> - 1.</param>
    public ReadOnlySpan<float> Output(int sample) => Outputs.Slice(sample * OutputsPerSample, OutputsPerSample);
}
