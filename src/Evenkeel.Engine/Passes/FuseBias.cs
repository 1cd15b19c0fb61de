using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Steps;

namespace Evenkeel.Engine.Passes;

/// <summary>A bias that follows a product becomes the start value of the product's sums.</summary>
public sealed class FuseBias : Pass
{
    /// <inheritdoc/>
    public override string Name => "fuse-bias";

    /// <inheritdoc/>
    public override string Summary => "A bias that follows a product becomes the start value of its sums.";

    /// <inheritdoc/>
    internal override IReadOnlyList<string> Apply(LoweringContext context)
    {
        var log = new List<string>();
        foreach (var bias in context.Steps.OfType<BiasAddStep>().ToArray())
        {
            var uses = new Uses(context);
            if (uses.IsVisible(bias.Input) || uses.Readers(bias.Input).Count != 1) continue;
            if (uses.Writers(bias.Input) is not [var step] || step is not ILinearStep { Bias: null, TakesBias: true } product || product.Result != bias.Input) continue;
            product.Bias = bias.Bias;
            step.Replace(bias.Input, bias.Output);
            context.Steps.Remove(bias);
            log.Add($"{bias.Name} into {product.Name}");
        }

        return log;
    }
}
