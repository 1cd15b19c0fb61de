using System.Collections.Immutable;
using Evenkeel.Layers;
using Evenkeel.Layers.Configuration;
using Evenkeel.Numerics.Activations;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Training.Diagnostics;

namespace OwnParts;

/// <summary>The lines that make parts known by name: to configurations, checkpoints and whoever chooses by name.</summary>
public static class Parts
{
    /// <summary>Checks to examine with besides Evenkeel's own: <c>new DoctorOptions { With = Parts.Checks }</c>.</summary>
    public static ImmutableArray<Check> Checks { get; } = [new HugeWeights()];

    /// <summary>Call it once, before models are built or loaded.</summary>
    public static void Register()
    {
        ActivationTable.Register<SquaredRelu>();
        LayerTable.Register("pixel_norm", PixelNorm.Read, PixelNorm.Write);
        NormTable.Register("pixel", static _ => new PixelNorm());
        OptimizerTable.Register("signum", 1e-3f, static options => new Signum { Momentum = options.Momentum ?? 0.9f, WeightDecay = options.WeightDecay ?? 0, Regularization = options.Regularization });
    }
}
