using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Configuration;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Layers.Initializers;

/// <summary>Numbers of a normal distribution, whatever the tensor's shape.</summary>
/// <remarks>Number i is a function of (seed, tensor name, i) alone.</remarks>
public sealed class Normal : Initializer
{
    /// <summary>Creates the initialiser.</summary>
    /// <param name="deviation">The standard deviation, from 0 on.</param>
    /// <param name="mean">The mean. Default 0.</param>
    /// <exception cref="LayerException">EK0120: a number is negative or not finite.</exception>
    public Normal(float deviation, float mean = 0)
    {
        Deviation = deviation >= 0 && float.IsFinite(deviation) ? deviation : throw LayerErrors.BadOption(nameof(Normal), "deviation", deviation, "a finite number from 0 on", "0.1 is a usual start before batch normalisation.");
        Mean = float.IsFinite(mean) ? mean : throw LayerErrors.BadOption(nameof(Normal), "mean", mean, "a finite number", "The default is 0.");
    }

    /// <summary>The standard deviation.</summary>
    public float Deviation { get; }

    /// <summary>The mean.</summary>
    public float Mean { get; }

    /// <inheritdoc/>
    public override void Fill(Span<float> values, Shape shape, ulong seed, string name)
    {
        new RandomStream(seed, name).FillNormal(values);
        foreach (ref var value in values) value = (value * Deviation) + Mean;
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"normal(deviation {Deviation}, mean {Mean})");

    internal static Normal Read(OptionReader options) => new(options.Number("deviation"), options.Number("mean", 0));

    internal static void Write(Normal initializer, OptionWriter options)
    {
        options.Number("deviation", initializer.Deviation);
        options.Number("mean", initializer.Mean);
    }
}
