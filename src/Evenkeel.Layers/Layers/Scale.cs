using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>Everything times one fixed number: <c>y = s x</c>. Before a softmax it makes the first answers less, or more, certain.</summary>
public sealed class Scale : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="factor">s; a finite number, checked when a model is built.</param>
    public Scale(float factor) => Factor = factor;

    /// <summary>s.</summary>
    public float Factor { get; }

    /// <inheritdoc/>
    public override string Kind => "scale";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: the factor is not finite.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        if (!float.IsFinite(Factor)) throw LayerErrors.BadOption(scope.Where, "factor", Factor, "a finite number", "1 changes nothing.");
        return new ScaleNode(scope.Name, input, scope.Parameter("factor", Shape.Scalar, new Constant(Factor), decays: false, isTrainable: false)).Output;
    }

    internal static Scale Read(OptionReader options) => new(options.Number("factor"));

    internal static void Write(Scale layer, OptionWriter options) => options.Number("factor", layer.Factor);
}
