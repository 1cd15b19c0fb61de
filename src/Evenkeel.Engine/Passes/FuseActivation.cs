using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Steps;
using Evenkeel.Numerics.Activations;

namespace Evenkeel.Engine.Passes;

/// <summary>The nonlinearity after batch normalisation joins the normalising sweep, and its derivative the backward sweeps: the normalised value itself is never written.</summary>
/// <remarks>Rota Bulo et al., arXiv 1712.02616; Jung et al., arXiv 1807.01702.</remarks>
public sealed class FuseActivation : Pass
{
    /// <inheritdoc/>
    public override string Name => "fuse-activation";

    /// <inheritdoc/>
    public override string Summary => "The nonlinearity after batch normalisation joins its sweeps, forward and backward.";

    /// <inheritdoc/>
    internal override IReadOnlyList<string> Apply(LoweringContext context)
    {
        var log = new List<string>();
        foreach (var activation in context.Steps.OfType<ActivationStep>().ToArray())
        {
            var uses = new Uses(context);
            var normalized = activation.Input;
            if (uses.IsVisible(normalized) || uses.Writers(normalized) is not [NormalizeStep { Activation: null, Addend: null } normalize]) continue;

            // The derivative may need the normalised value too; then it must be fused as well, or nothing is.
            var backward = uses.Readers(normalized).Where(step => step != activation).ToArray();
            if (backward.Length > 1 || (backward.Length == 1 && backward[0] is not ActivationBackwardStep)) continue;
            var derivative = context.Steps.OfType<ActivationBackwardStep>().FirstOrDefault(step => step.Output == activation.Output && step.Input == normalized);
            var reduce = derivative is null ? null : uses.Readers(derivative.InputCotangent).OfType<BackwardReduceStep>().FirstOrDefault(step => step.Activation is null);
            var onlyNormalization = reduce is not null && !uses.IsVisible(derivative!.InputCotangent)
                && uses.Readers(derivative.InputCotangent).All(step => step == reduce || (step is BackwardApplyStep apply && apply.Reduce == reduce));
            if (derivative is not null && !onlyNormalization && backward.Length > 0) continue;

            normalize.FuseActivation(activation.Activation, activation.Output);
            context.Steps.Remove(activation);
            log.Add($"{activation.Name} into {normalize.Name}");
            if (derivative is null || !onlyNormalization) continue;

            var readsOutput = ActivationTable.Dispatch<ReadsOutput, bool>(activation.Activation, default);
            var cotangentReaders = uses.Readers(derivative.Cotangent);
            reduce!.FuseActivation(activation.Activation, derivative.Cotangent, readsOutput ? activation.Output : null);
            reduce.StoresGradient = cotangentReaders.Count == 1 && !uses.IsVisible(derivative.Cotangent);
            context.Steps.Remove(derivative);
            log.Add($"{derivative.Name} into {reduce.Name}");
        }

        return log;
    }

    private readonly struct ReadsOutput : IActivationFunction<bool>
    {
        public bool Invoke<TActivation>()
            where TActivation : struct, IActivation => TActivation.DerivativeNeeds == DerivativeNeeds.Output && !TActivation.IsCheap;
    }
}
