using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;
using Evenkeel.Training.Decoupled;

namespace Evenkeel.Lab.Experiments.Jaderberg2016;

/// <summary>What the experiments with decoupled layers have in common.</summary>
/// <remarks>
/// The paper trains for 500,000 steps of 256 samples at rate 3e-5, not tuned, which falls to a tenth at 300,000 and 400,000, with modules of twice 1024 units where the label is not known; that is the full budget.
/// The others take 100 samples, higher rates and modules of twice 256 units. The rates were chosen once, on seed 1001, which no verdict uses: 1e-3 for all but modules that do not know the label, which do better at 3e-4.
/// </remarks>
internal static class DecoupledRuns
{
    /// <summary>A run at the budget's size.</summary>
    public static DecoupledTrial Trial(Budget budget, GradientSource gradients, int layers, int seed, int steps)
    {
        var isFull = budget == Budget.Full;
        return new()
        {
            Gradients = gradients,
            Layers = layers,
            Seed = (ulong)seed,
            Steps = steps,
            BatchSize = isFull ? 256 : 100,
            Rate = isFull ? 3e-5f : gradients == GradientSource.Synthetic ? 3e-4f : 1e-3f,
            ModuleUnits = gradients == GradientSource.Synthetic && !isFull ? [256, 256] : null,
        };
    }

    /// <summary>What the paper calls a source of gradients.</summary>
    public static string NameOf(GradientSource source) => source switch
    {
        GradientSource.Backpropagation => "Bprop",
        GradientSource.Synthetic => "DNI",
        GradientSource.Conditioned => "cDNI",
        _ => "No Bprop",
    };

    public static string Percent(double share) => FormattableString.Invariant($"{100 * share:0.00}%");
}
