using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Engine.Steps;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Engine.Passes;

/// <summary>In evaluation, batch normalisation after a product or a convolution becomes part of its weights: <c>((z W + c) - m) a + b = z (W a) + ((c - m) a + b)</c>.</summary>
/// <remarks>Ioffe and Szegedy 2015, Algorithm 2, line 11. The evaluation plan compares folded and unfolded outputs before it trusts the folding.</remarks>
public sealed class FoldBatchNorm : Pass
{
    /// <inheritdoc/>
    public override string Name => "fold-batch-norm";

    /// <inheritdoc/>
    public override string Summary => "In evaluation, batch normalisation after a product becomes part of its weights and bias.";

    /// <inheritdoc/>
    internal override IReadOnlyList<string> Apply(LoweringContext context)
    {
        if (context.Mode != PlanMode.Evaluate) return [];
        var log = new List<string>();
        foreach (var normalize in context.Steps.OfType<NormalizeStep>().ToArray())
        {
            var uses = new Uses(context);
            if (normalize.Transform.Segment != Segment.Derived || uses.IsVisible(normalize.Input) || uses.Readers(normalize.Input).Count != 1) continue;
            if (uses.Writers(normalize.Input) is not [ILinearStep { IsFoldable: true } product] || product.Weights.Shape.Channels != normalize.Shape.Channels) continue;

            var weights = context.NewDerived($"{product.Name}.folded_weight", product.Weights.Shape);
            var bias = context.NewDerived($"{product.Name}.folded_bias", Shape.Of(normalize.Shape.Channels));
            context.AddPreparation(new FoldStep(product.Name, product.Weights, product.Bias, normalize.Transform, weights, bias));
            var raw = normalize.Activation is null ? normalize.Output : normalize.Input;
            product.Fold(weights, bias, raw, context);
            var place = context.Steps.IndexOf(normalize);
            context.Steps.RemoveAt(place);
            if (normalize.Activation is { } activation)
                context.Steps.Insert(place, new ActivationStep(normalize.Name, activation, normalize.Shape, raw, normalize.Output, context));
            log.Add($"{normalize.Name} into {product.Name}");
        }

        return log;
    }
}
