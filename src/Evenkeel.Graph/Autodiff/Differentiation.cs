using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Autodiff;

/// <summary>Reverse-mode differentiation: walks the graph backwards once and lets every node add the nodes of its adjoint.</summary>
public static class Differentiation
{
    /// <summary>Builds the gradients of a scalar.</summary>
    /// <param name="loss">A single number, <c>[]</c>.</param>
    /// <param name="withRespectTo">The values to differentiate by.</param>
    /// <returns>A gradient per value, of its shape; values that the loss does not depend on are missing.</returns>
    /// <exception cref="GraphException">EK0103: the loss is no scalar. EK0102: a node on the way has no adjoint.</exception>
    public static IReadOnlyDictionary<Value, Value> Gradients(Value loss, IReadOnlyCollection<Value> withRespectTo)
    {
        if (loss.Shape != Shape.Scalar) throw GraphException.NotAScalar(loss.Name, loss.Shape.ToString());
        return Pullback(loss, new OneNode($"{loss.Name}.seed").Output, withRespectTo);
    }

    /// <summary>Builds the product of a cotangent with the derivatives of a value, <c>v^T dy/dx</c>: backpropagation of a gradient that comes from elsewhere.</summary>
    /// <param name="output">y, of any shape.</param>
    /// <param name="cotangent">v, shaped as y, for example an input that is handed in with a run.</param>
    /// <param name="withRespectTo">The values x to differentiate by.</param>
    /// <returns>A gradient per value, of its shape; values that y does not depend on are missing.</returns>
    /// <exception cref="GraphException">EK0101: the cotangent has another shape. EK0102: a node on the way has no adjoint.</exception>
    public static IReadOnlyDictionary<Value, Value> Pullback(Value output, Value cotangent, IReadOnlyCollection<Value> withRespectTo)
    {
        if (cotangent.Shape != output.Shape)
            throw GraphException.ShapeMismatch(output.Name, $"a cotangent {cotangent.Shape}", $"the shape of the value, {output.Shape}", "Hand in one number per element.");
        var order = NodeOrder.Of(output);
        var needed = new HashSet<Value>(withRespectTo, ReferenceEqualityComparer.Instance);
        foreach (var node in order)
        {
            if (node.Inputs.Any(needed.Contains)) needed.UnionWith(node.Outputs);
        }

        var context = new AdjointContext(needed);
        context.Add(output, cotangent);
        for (var i = order.Count - 1; i >= 0; i--)
        {
            if (order[i].Inputs.Any(needed.Contains) && order[i].Outputs.Any(output => context.Cotangent(output) is not null))
                order[i].Adjoint(context);
        }

        var gradients = new Dictionary<Value, Value>(ReferenceEqualityComparer.Instance);
        foreach (var value in withRespectTo)
        {
            if (context.Cotangent(value) is { } gradient) gradients[value] = gradient;
        }

        return gradients;
    }
}
