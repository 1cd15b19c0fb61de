using System.Collections.Immutable;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Initializers;

namespace Evenkeel.Training.Initialization;

/// <summary>What the initialisation did to one layer.</summary>
/// <param name="Weight">The weight's name, for example <c>hidden1.weight</c>.</param>
/// <param name="VarianceBefore">The variance of the layer's products with the orthogonal weight.</param>
/// <param name="Variance">The variance that was reached.</param>
/// <param name="Passes">How often the weight was divided.</param>
public sealed record LayerVariance(string Weight, double VarianceBefore, double Variance, int Passes);

/// <summary>Data-dependent first weights: orthogonal ones, divided layer by layer until the layer's products have variance 1 on a batch.</summary>
/// <remarks>
/// Mishkin and Matas, "All you need is a good init", arXiv 1511.06422, Algorithm 1. Every weight of a product or convolution takes part, in the order in which samples meet them; biases, gamma and beta
/// stay. Nothing but those weights changes. Deterministic: a function of the model's seed and the batch.
/// </remarks>
public static class LayerSequentialUnitVariance
{
    /// <summary>Fills the model's weights.</summary>
    /// <param name="model">The model; no plan of it may be running.</param>
    /// <param name="samples">A batch of features, sample by sample, as training hands them in (standardised); some hundred samples are enough.</param>
    /// <param name="tolerance">How far a variance may stay from 1. Default 0.1, the paper's.</param>
    /// <param name="passes">The most divisions per layer. Default 10.</param>
    /// <param name="options">Threads and width; null for the defaults. The capacity follows the batch.</param>
    /// <returns>A line per weight, in order.</returns>
    /// <exception cref="TrainingException">EK0540: the batch is no whole number of samples, or a layer's products do not vary or are not finite.</exception>
    public static ImmutableArray<LayerVariance> Apply(Model model, ReadOnlySpan<float> samples, double tolerance = 0.1, int passes = 10, PlanOptions? options = null)
    {
        var length = checked((int)model.Input.Output.Shape.ElementsPerSample);
        if (samples.Length == 0 || samples.Length % length != 0)
            throw TrainingErrors.Unscalable("the batch", $"{samples.Length} values", $"a whole number of samples of {length}", "Hand in count x length values.");
        var layers = model.Nodes.Select(static node => (Node: node, Weight: WeightOf(node))).Where(static layer => layer.Weight is not null).ToArray();
        foreach (var (_, weight) in layers) new Orthogonal().Fill(model.Parameters[weight!.Name].Span, weight.Output.Shape, model.Seed, weight.Name);

        using var plan = ObservationPlan.Compile(model, [.. layers.Select(static layer => layer.Node.Outputs[0])], training: true, (options ?? new PlanOptions()) with { Capacity = samples.Length / length });
        plan.Slot.Fill(samples);
        var result = ImmutableArray.CreateBuilder<LayerVariance>(layers.Length);
        foreach (var (node, weight) in layers)
        {
            var before = Variance(plan, node, weight!.Name);
            var (variance, pass) = (before, 0);
            for (; Math.Abs(variance - 1) > tolerance && pass < passes; pass++)
            {
                var factor = (float)(1 / Math.Sqrt(variance));
                foreach (ref var value in model.Parameters[weight.Name].Span) value *= factor;
                variance = Variance(plan, node, weight.Name);
            }

            result.Add(new LayerVariance(weight.Name, before, variance, pass));
        }

        return result.ToImmutable();
    }

    /// <summary>The trained weight that a node multiplies with: a parameter that decays and has rows and columns.</summary>
    private static ParameterNode? WeightOf(Node node) =>
        node.Inputs.Select(static input => input.Producer).OfType<ParameterNode>().FirstOrDefault(static parameter => parameter is { Decays: true, IsTrainable: true, Output.Shape.Rank: >= 2 });

    private static double Variance(ObservationPlan plan, Node node, string weight)
    {
        plan.Run(plan.Slot);
        double mean = 0, squares = 0;
        long count = 0;
        foreach (var value in plan.Read(node.Outputs[0]))
        {
            var delta = value - mean;
            mean += delta / ++count;
            squares += delta * (value - mean);
        }

        var variance = squares / count;
        return variance > 0 && double.IsFinite(variance)
            ? variance
            : throw TrainingErrors.Unscalable(weight, TrainingErrors.Invariant($"products of variance {variance}"), "products that vary and are finite", "Look for constant, huge or missing values in the batch, or for a layer before it that gives zeros only.");
    }
}
