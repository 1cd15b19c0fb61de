namespace Evenkeel.Training.Diagnostics.Probing;

/// <summary>Mean and variance per channel of an observed tensor, in double and two passes: it is read rarely, and trusted.</summary>
internal sealed class ChannelMoments
{
    public ChannelMoments(ReadOnlySpan<float> values, int channels)
    {
        Mean = new double[channels];
        Variance = new double[channels];
        var rows = values.Length / channels;
        for (var row = 0; row < rows; row++)
        {
            for (var channel = 0; channel < channels; channel++) Mean[channel] += values[(row * channels) + channel];
        }

        for (var channel = 0; channel < channels; channel++) Mean[channel] /= rows;
        for (var row = 0; row < rows; row++)
        {
            for (var channel = 0; channel < channels; channel++)
            {
                var distance = values[(row * channels) + channel] - Mean[channel];
                Variance[channel] += distance * distance;
            }
        }

        for (var channel = 0; channel < channels; channel++) Variance[channel] /= rows;
    }

    public double[] Mean { get; }

    /// <summary>The population variance: what a training step normalises with.</summary>
    public double[] Variance { get; }
}
