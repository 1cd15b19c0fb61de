using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;

namespace Evenkeel.Lab.Experiments.Initialization;

/// <summary>Ten tanh layers of one width on normal inputs, before training.</summary>
internal static class DeepTanh
{
    public const int Layers = 10;
    public const int Classes = 10;
    private const int Count = 128;

    public static Model Build(int units, float deviation, bool glorot) => Mlp.Create(new ModelOptions
    {
        Outputs = Classes,
        Hidden = [.. Enumerable.Repeat(units, Layers)],
        Activation = "tanh",
        Normalization = NormalizationKind.None,
        WeightInitializer = glorot ? Glorot.Normal : new Normal(deviation),
    }).Build(Shape.Batch(units), 1);

    /// <summary>The deviation of the inputs, and per layer the deviation of the activations and the share of them beyond 0.99.</summary>
    public static (double Inputs, double[] Deviations, double[] Saturated) Activations(int units, float deviation)
    {
        var model = Build(units, deviation, glorot: false);
        var values = model.Nodes.OfType<ActivationNode>().Select(static node => node.Output).ToArray();
        using var plan = ObservationPlan.Compile(model, values, training: false, new PlanOptions { Capacity = Count, Threads = 1 });
        var features = LayerProbe.Normal(Count * units, "features");
        plan.Slot.Fill(features);
        plan.Run(plan.Slot);
        var layers = values.Select(value => plan.Read(value)[..(Count * units)].ToArray()).ToArray();
        return (Deviation(features), [.. layers.Select(Deviation)], [.. layers.Select(static layer => layer.Count(static y => Math.Abs(y) > 0.99f) / (double)layer.Length)]);
    }

    /// <summary>The norms of the hidden layers' weight gradients for random classes.</summary>
    public static double[] GradientNorms(int units, float deviation, bool glorot)
    {
        var model = Build(units, deviation, glorot);
        using var plan = GradientPlan.Compile(model, new SoftmaxCrossEntropy(), options: new PlanOptions { Capacity = Count, Threads = 1 });
        var slot = plan.CreateSlot();
        slot.Fill(LayerProbe.Normal(Count * units, "features"), [.. Enumerable.Range(0, Count).Select(static i => i % Classes)]);
        plan.Run(slot);
        return [.. Enumerable.Range(1, Layers).Select(layer => Descent.Norm(plan.Gradients[FormattableString.Invariant($"hidden{layer}.weight")].Span))];
    }

    private static double Deviation(float[] values)
    {
        var mean = values.Average(static value => (double)value);
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
