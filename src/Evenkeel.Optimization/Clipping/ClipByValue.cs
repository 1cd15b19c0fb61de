using Evenkeel.Graph.Models;

namespace Evenkeel.Optimization.Clipping;

/// <summary>Bounds every gradient for itself: <c>g = min(max, max(-max, g))</c>; the direction may change.</summary>
/// <remarks>Mikolov, Statistical language models based on neural networks, thesis, Brno 2012, section 3.2.2.</remarks>
public sealed record ClipByValue : GradientClipping
{
    /// <summary>Creates the bound.</summary>
    /// <param name="maximum">The largest magnitude, above 0.</param>
    /// <exception cref="OptimizationException">EK0801: not a finite number above 0.</exception>
    public ClipByValue(float maximum) => Maximum = maximum > 0 && float.IsFinite(maximum)
        ? maximum
        : throw OptimizationErrors.BadOption("clipping by value", "maximum", maximum, "a finite number above 0", "0.5 and 1 are usual.");

    /// <summary>The largest magnitude.</summary>
    public float Maximum { get; }

    /// <inheritdoc/>
    public override string Name => "value";

    /// <inheritdoc/>
    public override GradientChange ChangeAt(double norm) => new(1, Maximum);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"value({Maximum})");
}
