using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Configuration;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Layers.Initializers;

/// <summary>Numbers spread evenly over an interval, whatever the tensor's shape.</summary>
/// <remarks>Number i is a function of (seed, tensor name, i) alone.</remarks>
public sealed class Uniform : Initializer
{
    /// <summary>Creates the initialiser.</summary>
    /// <param name="low">The least number.</param>
    /// <param name="high">The bound above, not below <paramref name="low"/>.</param>
    /// <exception cref="LayerException">EK0120: a bound is not finite, or they are in the wrong order.</exception>
    public Uniform(float low, float high)
    {
        if (!float.IsFinite(low)) throw LayerErrors.BadOption(nameof(Uniform), "low", low, "a finite number", "A usual interval is -0.1 to 0.1.");
        if (!(high >= low) || !float.IsFinite(high - low)) throw LayerErrors.BadOption(nameof(Uniform), "high", high, FormattableString.Invariant($"a finite number from {low} on"), "Give the lower bound first.");
        (Low, High) = (low, high);
    }

    /// <summary>The least number.</summary>
    public float Low { get; }

    /// <summary>The bound above.</summary>
    public float High { get; }

    /// <inheritdoc/>
    public override void Fill(Span<float> values, Shape shape, ulong seed, string name)
    {
        new RandomStream(seed, name).FillUniform(values);
        foreach (ref var value in values) value = Low + (value * (High - Low));
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"uniform({Low} to {High})");

    internal static Uniform Read(OptionReader options) => new(options.Number("low"), options.Number("high"));

    internal static void Write(Uniform initializer, OptionWriter options)
    {
        options.Number("low", initializer.Low);
        options.Number("high", initializer.High);
    }
}
