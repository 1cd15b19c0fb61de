using Evenkeel.Graph.Models;

namespace Evenkeel.Engine;

/// <summary>The gradients of a model and what its optimizer remembers; the segments of one model share one, each its own tensors of it.</summary>
public sealed class UpdateMemory
{
    /// <summary>Makes the memory, all zero.</summary>
    /// <param name="model">The whole model.</param>
    /// <param name="method">How its parameters follow their gradients.</param>
    public UpdateMemory(Model model, UpdateMethod method)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(method);
        Method = method;
        Gradients = model.Parameters.CloneLayout();
        Slots = SlotsOf(model, method);
    }

    /// <summary>How parameters follow their gradients.</summary>
    public UpdateMethod Method { get; }

    /// <summary>The newest gradients, in the parameters' layout.</summary>
    public TensorStore<float> Gradients { get; }

    /// <summary>What the optimizer remembers, for example <c>momentum/hidden1.weight</c>.</summary>
    public TensorStore<float> Slots { get; }

    internal static TensorStore<float> SlotsOf(Model model, UpdateMethod method) =>
        new(method.Slots.SelectMany(slot => model.Parameters.Select(tensor => ($"{slot}/{tensor.Name}", tensor.Shape))));
}
