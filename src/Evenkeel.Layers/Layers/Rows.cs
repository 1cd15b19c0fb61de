using Evenkeel.Graph.Nodes;

namespace Evenkeel.Layers;

/// <summary>Images read row by row, <c>[N, H, W, C]</c> to the sequence <c>[N, H, W * C]</c>; sequences stay as they are.</summary>
public sealed class Rows : Layer
{
    /// <inheritdoc/>
    public override string Kind => "rows";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0121: the input is neither.</exception>
    public override Value Build(BuildScope scope, Value input) => Sequences.Of(scope, input);
}
