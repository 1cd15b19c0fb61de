using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>Group normalisation: groups of neighbouring channels of every sample are normalised by their mean and variance over all places; the same in training and evaluation, whatever the batch.</summary>
/// <remarks>Wu and He, arXiv 1803.08494. One group normalises whole samples. Parameters: <c>gamma [C]</c>, <c>beta [C]</c>, to which no weight decay applies.</remarks>
public sealed class GroupNorm : Layer
{
    private const int MostGroups = 32, LeastChannels = 4;

    /// <summary>Creates the layer.</summary>
    /// <param name="groups">How many groups, a divisor of the channels; null for the most, up to 32, that have at least 4 channels each. Checked when a model is built.</param>
    /// <param name="options">Epsilon, gamma and beta; null for <see cref="NormOptions.Default"/>.</param>
    public GroupNorm(int? groups = null, NormOptions? options = null)
    {
        Groups = groups;
        Options = options ?? NormOptions.Default;
    }

    /// <summary>How many groups; null where the channels decide.</summary>
    public int? Groups { get; }

    /// <summary>Epsilon, gamma and beta.</summary>
    public NormOptions Options { get; }

    /// <inheritdoc/>
    public override string Kind => "group_norm";

    /// <summary>The usual number of groups: the largest divisor of the channels up to 32 that leaves at least 4 channels a group.</summary>
    /// <param name="channels">At least 1.</param>
    public static int UsualGroups(int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        var groups = Math.Clamp(channels / LeastChannels, 1, MostGroups);
        while (channels % groups != 0) groups--;
        return groups;
    }

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: epsilon is not above 0, or groups do not divide the channels. EK0121: the input has no batch with channels, or a group would have one value.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        Options.Check(scope, input);
        var channels = input.Shape.Channels;
        var groups = Groups ?? UsualGroups(channels);
        if (groups < 1 || channels % groups != 0) throw LayerErrors.BadOption(scope.Where, $"{groups} groups of {channels} channels", "a divisor of the channels", $"{UsualGroups(channels)} groups fit.");
        if (input.Shape.ElementsPerSample == groups) throw LayerErrors.BadInput(scope.Where, input.Shape, $"more than one value in each of {groups} groups", "A single value is its own mean: use fewer groups.");
        return new GroupNormNode(scope.Name, input, Options.Gamma(scope, input), Options.Beta(scope, input), groups, Options.Epsilon).Output;
    }

    internal static GroupNorm Read(OptionReader options) => new(options.Integer("groups", 0) is var groups && groups == 0 ? null : groups, NormOptions.Read(options));

    internal static void Write(GroupNorm layer, OptionWriter options)
    {
        options.Integer("groups", layer.Groups ?? 0);
        layer.Options.Write(options);
    }
}
