using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;

namespace Evenkeel.Graph.Rewriting;

/// <summary>Makes parameters constant, and batch, decorrelated and spectral normalisation compute the same in training as in evaluation: their states stay as they are.</summary>
public static class FreezeLayers
{
    /// <summary>Rewrites the graph behind <paramref name="output"/>.</summary>
    /// <param name="output">What the model makes.</param>
    /// <param name="isFrozen">Whether the parameter or normalisation of a name is frozen.</param>
    /// <param name="normalization">What becomes of the options of frozen batch normalisation; null for <see cref="BatchNormOptions.AsFrozen"/>. Anything else is an experiment.</param>
    /// <exception cref="GraphException">EK0631: batch normalisation inside a recurrent layer is among them.</exception>
    public static Value Apply(Value output, Func<string, bool> isFrozen, Func<BatchNormOptions, BatchNormOptions>? normalization = null)
    {
        normalization ??= static options => options.AsFrozen();
        return GraphRewriter.Rewrite([output], (node, inputs) => node switch
        {
            ParameterNode { IsTrainable: true } parameter when isFrozen(parameter.Name) => new ParameterNode(parameter.Name, parameter.Output.Shape, parameter.Initializer, parameter.Decays, isTrainable: false).Outputs,
            BatchNormNode norm when isFrozen(norm.Name) => ((BatchNormNode)norm.WithInputs(inputs)).With(normalization(norm.Options)).Outputs,
            WhiteningNode whitening when isFrozen(whitening.Name) => ((WhiteningNode)whitening.WithInputs(inputs)).Frozen().Outputs,
            SpectralNormNode norm when isFrozen(norm.Name) => ((SpectralNormNode)norm.WithInputs(inputs)).Frozen().Outputs,
            MaskedBatchNormNode norm when isFrozen(norm.Name) => ((MaskedBatchNormNode)norm.WithInputs(inputs)).With(normalization(norm.Options)).Outputs,
            RecurrentNode { Statistics.Count: > 0 } when isFrozen(node.Name) => throw GraphException.NotFrozen(node),
            _ => null,
        })[0];
    }
}
