using Evenkeel.Graph.Nodes;

namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1011: channels that a nonlinearity after normalisation always switches off, always lets through or always saturates.</summary>
/// <remarks>A normalised channel lies within beta +- 3 |gamma| for 99.7 % of normal values, so its fate can be read off the two parameters.</remarks>
public sealed class DeadChannels : Check
{
    private const double Deviations = 3;

    // Some dead channels are usual; a fifth of a layer is a loss of width.
    private const double MostDead = 0.2;

    // Channels that are never cut off make the layer linear there.
    private const double MostLinear = 0.5;

    // Beyond 4 the sigmoid's derivative is below 0.018, and tanh's below 0.0014.
    private const double SaturatedFrom = 4;

    /// <inheritdoc/>
    public override string Code => "EK1011";

    /// <inheritdoc/>
    public override string Title => "dead or saturated channels";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        foreach (var layer in examination.Layers)
        {
            var activation = examination.ConsumersOf(layer.Node.Output).OfType<ActivationNode>().FirstOrDefault()?.Activation;
            var channels = Enumerable.Range(0, layer.Gamma.Length).Select(channel => (Low: layer.Beta[channel] - (Deviations * Math.Abs(layer.Gamma[channel])), High: layer.Beta[channel] + (Deviations * Math.Abs(layer.Gamma[channel])))).ToArray();
            if (activation is "relu" or "relu6")
            {
                int dead = channels.Count(static channel => channel.High <= 0), linear = channels.Count(static channel => channel.Low >= 0);
                if (dead < MostDead * channels.Length && linear < MostLinear * channels.Length) continue;
                yield return Found(layer.Name, $"{dead} of {channels.Length} channels never pass {activation} (beta + 3 |gamma| is at most 0) and {linear} always do (beta - 3 |gamma| is at least 0).",
                    "Lower the learning rate, or take weight decay and penalties off gamma; dead channels can be pruned.",
                    ("dead", dead), ("always_on", linear), ("of", channels.Length), ("tiny_gammas", Tiny(layer.Gamma)));
            }
            else if (activation is "sigmoid" or "tanh" or "hard_sigmoid" or "hard_tanh")
            {
                var saturated = channels.Count(static channel => channel.Low >= SaturatedFrom || channel.High <= -SaturatedFrom);
                if (saturated < MostDead * channels.Length) continue;
                yield return Found(layer.Name, $"{saturated} of {channels.Length} channels always lie where {activation} is flat (beyond 4 for beta +- 3 |gamma|), and learn next to nothing.",
                    "Lower the learning rate, or start again with smaller beta.",
                    ("saturated", saturated), ("of", channels.Length));
            }
        }
    }

    private static int Tiny(float[] gamma)
    {
        var sizes = Array.ConvertAll(gamma, static value => (double)Math.Abs(value));
        var median = ExplodingVariance.Median(sizes);
        return sizes.Count(size => size < 0.01 * median);
    }
}
