namespace Evenkeel.Training.Diagnostics.Probing;

/// <summary>Mean and variance per channel of an observed tensor, in double and two passes: it is read rarely, and trusted.</summary>
internal sealed class ChannelMoments
{
    /// <summary>Computes them.</summary>
    /// <param name="values">The tensor, channels last.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="mask">A number per row, 0 where the row is left out; empty for all rows.</param>
    public ChannelMoments(ReadOnlySpan<float> values, int channels, ReadOnlySpan<float> mask = default)
    {
        Mean = new double[channels];
        Variance = new double[channels];
        var rows = values.Length / channels;
        for (var row = 0; row < rows; row++)
        {
            if (!mask.IsEmpty && mask[row] == 0) continue;
            Count++;
            for (var channel = 0; channel < channels; channel++) Mean[channel] += values[(row * channels) + channel];
        }

        if (Count == 0) return;
        for (var channel = 0; channel < channels; channel++) Mean[channel] /= Count;
        for (var row = 0; row < rows; row++)
        {
            if (!mask.IsEmpty && mask[row] == 0) continue;
            for (var channel = 0; channel < channels; channel++)
            {
                var distance = values[(row * channels) + channel] - Mean[channel];
                Variance[channel] += distance * distance;
            }
        }

        for (var channel = 0; channel < channels; channel++) Variance[channel] /= Count;
    }

    /// <summary>The rows that were counted. Of fewer than two nothing can be said.</summary>
    public int Count { get; }

    public double[] Mean { get; }

    /// <summary>The population variance: what a training step normalises with.</summary>
    public double[] Variance { get; }
}
