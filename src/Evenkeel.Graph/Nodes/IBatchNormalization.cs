using Evenkeel.Graph.Normalization;

namespace Evenkeel.Graph.Nodes;

/// <summary>What batch normalisations share, whether they look at all places or at those alone that a mask leaves.</summary>
public interface IBatchNormalization
{
    /// <summary>Where it stands in the model.</summary>
    string Name { get; }

    /// <summary>The switches.</summary>
    BatchNormOptions Options { get; }

    /// <summary>The tensor to normalise.</summary>
    Value Input { get; }

    /// <summary>The normalised tensor, shaped as the input.</summary>
    Value Output { get; }

    /// <summary><c>[N, T]</c>, not 0 where a step is there; null where all are.</summary>
    Value? Mask { get; }

    /// <summary>Gamma, or null for 1.</summary>
    Value? Gamma { get; }

    /// <summary>Beta, or null for 0.</summary>
    Value? Beta { get; }

    /// <summary>The raw running mean.</summary>
    Value RunningMean { get; }

    /// <summary>The raw running variance.</summary>
    Value RunningVariance { get; }

    /// <summary>The weight of the raw averages and the number of updates.</summary>
    Value RunningWeight { get; }
}
