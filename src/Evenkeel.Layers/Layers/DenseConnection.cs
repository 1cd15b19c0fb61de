using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>The input and what a branch makes of it side by side, <c>y = [x, branch(x)]</c>: the layer of a densely connected network. The branch's parameters are named as the layer's own.</summary>
/// <remarks>Huang et al., Densely connected convolutional networks, arXiv 1608.06993, equation 2.</remarks>
public sealed class DenseConnection : Layer
{
    /// <summary>Creates the connection.</summary>
    /// <param name="branch">The branch; it keeps height and width.</param>
    public DenseConnection(Layer branch)
    {
        ArgumentNullException.ThrowIfNull(branch);
        Branch = branch;
    }

    /// <summary>The branch.</summary>
    public Layer Branch { get; }

    /// <inheritdoc/>
    public override string Kind => "dense_connection";

    /// <inheritdoc/>
    /// <exception cref="Evenkeel.Graph.GraphException">EK0101: the branch changes height or width.</exception>
    public override Value Build(BuildScope scope, Value input) => new ConcatenationNode(scope.Name, input, Branch.Build(scope, input)).Output;

    internal static DenseConnection Read(OptionReader options) => new(options.Layer("branch"));

    internal static void Write(DenseConnection layer, OptionWriter options) => options.Layer("branch", layer.Branch);
}
