using Evenkeel.Graph.Models;

namespace Evenkeel.Optimization.Clipping;

/// <summary>Shortens the gradient of every unit to a share of the unit's weights: <c>g = g min(1, ratio max(|w|, floor) / |g|)</c> per column of a weight, per filter, and per vector of biases, gamma or beta.</summary>
/// <remarks>Brock, De, Smith and Simonyan, arXiv 2102.06171, equation 3: large batches and rates without batch normalisation.</remarks>
public sealed record AdaptiveClip : GradientClipping
{
    /// <summary>Creates the bound.</summary>
    /// <param name="ratio">The longest gradient as a share of the weights, above 0. Default 0.01; smaller for larger batches.</param>
    /// <param name="floor">The least length that weights count, so that zeros can grow; above 0. Default 0.001.</param>
    /// <exception cref="OptimizationException">EK0801: not a finite number above 0.</exception>
    public AdaptiveClip(float ratio = 0.01f, float floor = 1e-3f)
    {
        Ratio = Above("ratio", ratio, "0.01 is usual.");
        Floor = Above("floor", floor, "0.001 is usual.");
    }

    /// <summary>The longest gradient as a share of the weights.</summary>
    public float Ratio { get; }

    /// <summary>The least length that weights count.</summary>
    public float Floor { get; }

    /// <inheritdoc/>
    public override string Name => "adaptive";

    /// <inheritdoc/>
    public override GradientChange ChangeAt(double norm) => GradientChange.None with { UnitRatio = Ratio, UnitFloor = Floor };

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"adaptive({Ratio}, floor {Floor})");

    private static float Above(string option, float value, string remedy) => value > 0 && float.IsFinite(value)
        ? value
        : throw OptimizationErrors.BadOption("adaptive clipping", option, value, "a finite number above 0", remedy);
}
