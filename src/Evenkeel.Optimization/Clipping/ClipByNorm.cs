using Evenkeel.Graph.Models;

namespace Evenkeel.Optimization.Clipping;

/// <summary>Shortens all gradients together where their common norm is too large: <c>g = g min(1, max / |g|)</c>; the direction stays.</summary>
/// <remarks>Pascanu, Mikolov and Bengio, arXiv 1211.5063, section 3.2.</remarks>
public sealed record ClipByNorm : GradientClipping
{
    /// <summary>Creates the bound.</summary>
    /// <param name="maximum">The largest norm, above 0; 1 is usual.</param>
    /// <exception cref="OptimizationException">EK0801: not a finite number above 0.</exception>
    public ClipByNorm(float maximum) => Maximum = maximum > 0 && float.IsFinite(maximum)
        ? maximum
        : throw OptimizationErrors.BadOption("clipping by norm", "maximum", maximum, "a finite number above 0", "1 is usual.");

    /// <summary>The largest norm.</summary>
    public float Maximum { get; }

    /// <inheritdoc/>
    public override string Name => "norm";

    /// <inheritdoc/>
    public override GradientChange ChangeAt(double norm) => norm > Maximum ? new GradientChange((float)(Maximum / norm), float.PositiveInfinity) : GradientChange.None;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"norm({Maximum})");
}
