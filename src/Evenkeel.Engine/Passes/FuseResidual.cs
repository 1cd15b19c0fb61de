using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Steps;

namespace Evenkeel.Engine.Passes;

/// <summary>The end of a residual block, <c>y = f(normalise(x) + r)</c>, becomes one sweep; the derivative of f joins the backward sums of the normalisation.</summary>
/// <remarks>The derivative is had from y, which is stored for the blocks behind; the masked cotangent overwrites the unmasked one, whose only reader was the derivative.</remarks>
public sealed class FuseResidual : Pass
{
    /// <inheritdoc/>
    public override string Name => "fuse-residual";

    /// <inheritdoc/>
    public override string Summary => "Batch normalisation, the sum with a shortcut and the nonlinearity become one sweep; the derivative joins the backward sums.";

    /// <inheritdoc/>
    internal override IReadOnlyList<string> Apply(LoweringContext context)
    {
        var log = new List<string>();
        foreach (var add in context.Steps.OfType<AddStep>().ToArray()) FuseForward(add, context, log);
        foreach (var derivative in context.Steps.OfType<ActivationBackwardStep>().ToArray()) FuseBackward(derivative, context, log);
        return log;
    }

    private static void FuseForward(AddStep add, LoweringContext context, List<string> log)
    {
        var uses = new Uses(context);

        // Where both operands were just normalised, the later sweep takes the earlier one's result.
        var normalize = context.Steps.OfType<NormalizeStep>().LastOrDefault(step =>
            step is { Activation: null, Addend: null } && add.Left != add.Right && (step.Output == add.Left || step.Output == add.Right) && uses.Readers(step.Output).Count == 1 && !uses.IsVisible(step.Output));
        if (normalize is null) return;
        var sum = add.Output;
        normalize.FuseAddition(normalize.Output == add.Left ? add.Right : add.Left, sum);
        context.Steps.Remove(normalize);
        context.Steps[context.Steps.IndexOf(add)] = normalize;
        log.Add($"{add.Name} into {normalize.Name}");
        if (uses.IsVisible(sum) || uses.Readers(sum) is not [ActivationStep activation]) return;
        normalize.FuseActivation(activation.Activation, activation.Output);
        context.Steps.Remove(activation);
        log.Add($"{activation.Name} into {normalize.Name}");
    }

    private static void FuseBackward(ActivationBackwardStep derivative, LoweringContext context, List<string> log)
    {
        var uses = new Uses(context);
        var (cotangent, masked) = (derivative.Cotangent, derivative.InputCotangent);
        if (!derivative.ReadsOutput || uses.IsVisible(masked) || uses.IsVisible(cotangent) || uses.Readers(cotangent).Count != 1) return;
        var reduce = uses.Readers(masked).OfType<BackwardReduceStep>().FirstOrDefault(step => step is { Activation: null, StoresGradient: false } && step.Cotangent == masked);
        if (reduce is null) return;
        foreach (var reader in uses.Readers(masked))
        {
            if (reader != reduce) reader.Replace(masked, cotangent);
        }

        reduce.FuseActivation(derivative.Activation, cotangent, derivative.Output);
        reduce.StoresGradient = true;
        context.Steps.Remove(reduce);
        context.Steps[context.Steps.IndexOf(derivative)] = reduce;
        log.Add($"{derivative.Name} into {reduce.Name}");
    }
}
