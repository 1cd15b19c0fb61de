namespace Evenkeel.Training.Metrics;

/// <summary>How classification metrics read a batch: labels with one output per class, a single logit with targets 0 and 1 (or -1 and 1), or distributions as targets.</summary>
internal static class ClassView
{
    /// <summary>How many classes the batch tells apart.</summary>
    public static int Classes(in EvaluationBatch batch) => batch.Labels.IsEmpty && batch.OutputsPerSample == 1 ? 2 : batch.OutputsPerSample;

    /// <summary>The class that a sample has.</summary>
    public static int Actual(in EvaluationBatch batch, int sample)
    {
        if (!batch.Labels.IsEmpty) return batch.Labels[sample];
        return batch.OutputsPerSample == 1 ? (batch.Targets[sample] > 0.5f ? 1 : 0) : Largest(batch.Targets.Slice(sample * batch.OutputsPerSample, batch.OutputsPerSample));
    }

    /// <summary>The class that the model gives it: the first of the largest outputs; NaN is never the largest.</summary>
    public static int Predicted(in EvaluationBatch batch, int sample)
    {
        var outputs = batch.Output(sample);
        return batch.Labels.IsEmpty && outputs.Length == 1 ? (outputs[0] > 0 ? 1 : 0) : Largest(outputs);
    }

    /// <summary>Writes the probability of every class: the softmax of the outputs, or the logistic of a single one.</summary>
    public static void Probabilities(in EvaluationBatch batch, int sample, Span<double> result)
    {
        var outputs = batch.Output(sample);
        if (batch.Labels.IsEmpty && outputs.Length == 1)
        {
            result[1] = 1 / (1 + Math.Exp(-(double)outputs[0]));
            result[0] = 1 / (1 + Math.Exp(outputs[0]));
            return;
        }

        double largest = double.NegativeInfinity, sum = 0;
        foreach (var output in outputs) largest = Math.Max(largest, output);
        for (var i = 0; i < outputs.Length; i++) sum += result[i] = Math.Exp(outputs[i] - largest);
        for (var i = 0; i < outputs.Length; i++) result[i] /= sum;
    }

    private static int Largest(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best] || (float.IsNaN(values[best]) && !float.IsNaN(values[i]))) best = i;
        }

        return best;
    }
}
