using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Configuration;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Layers.Initializers;

/// <summary>Which side of a weight sets its scale.</summary>
public enum FanMode
{
    /// <summary>The numbers that one output sums: keeps the variance of signals on their way forward.</summary>
    In,

    /// <summary>The numbers that one input reaches: keeps the variance of gradients on their way back.</summary>
    Out,

    /// <summary>The mean of both.</summary>
    Average,
}

/// <summary>A family of distributions.</summary>
public enum Spread
{
    /// <summary>Normal, not truncated.</summary>
    Normal,

    /// <summary>Even over an interval around 0.</summary>
    Uniform,

    /// <summary>Normal without what lies beyond two deviations, widened so that the deviation of what is left is the rule's: Keras' default.</summary>
    TruncatedNormal,
}

/// <summary>Mean 0 and deviation <c>gain / sqrt(fan)</c>: the rule behind <see cref="LeCun"/>, <see cref="Glorot"/> and <see cref="He"/>.</summary>
/// <remarks>
/// For a weight <c>[inputs, outputs]</c> the fans are its sizes; for <c>[h, w, inputs, outputs]</c> both are multiplied by <c>h w</c>. The uniform interval is
/// <c>+-sqrt(3) gain / sqrt(fan)</c>, so that both spreads have the same deviation. PyTorch's default for linear layers is <c>new VarianceScaling(MathF.Sqrt(1f / 3), FanMode.In, Spread.Uniform)</c>.
/// Number i is a function of (seed, tensor name, i) and the deviation alone.
/// </remarks>
public sealed class VarianceScaling : Initializer
{
    // The deviation of a standard normal number that lies in [-2, 2].
    private const double TruncatedDeviation = 0.87962566103423978;

    /// <summary>Creates the rule.</summary>
    /// <param name="gain">The factor, above 0: 1 for linear layers and sigmoids, sqrt 2 before ReLU, 5/3 before tanh.</param>
    /// <param name="fan">Which side sets the scale.</param>
    /// <param name="spread">The family of distributions.</param>
    /// <exception cref="LayerException">EK0120: the gain is not a finite number above 0.</exception>
    public VarianceScaling(float gain, FanMode fan, Spread spread)
    {
        Gain = gain > 0 && float.IsFinite(gain) ? gain : throw LayerErrors.BadOption(nameof(VarianceScaling), "gain", gain, "a finite number above 0", "Use 1, or sqrt 2 before ReLU.");
        (Fan, Spread) = (fan, spread);
    }

    /// <summary>The factor.</summary>
    public float Gain { get; }

    /// <summary>Which side sets the scale.</summary>
    public FanMode Fan { get; }

    /// <summary>The family of distributions.</summary>
    public Spread Spread { get; }

    /// <summary>The standard deviation for a weight of this shape.</summary>
    /// <exception cref="LayerException">EK0120: the shape has no inputs and outputs.</exception>
    public double DeviationFor(Shape shape)
    {
        if (shape.IsBatched || shape.Rank < 2)
            throw LayerErrors.BadOption(nameof(VarianceScaling), $"shape {shape}", "[inputs, outputs] or [h, w, inputs, outputs]", "Use Normal, Uniform or Constant for other tensors.");
        double outputs = shape.Sizes[^1], inputs = shape.Sizes[^2], places = shape.ElementsPerSample / (outputs * inputs);
        var fan = places * Fan switch { FanMode.In => inputs, FanMode.Out => outputs, _ => (inputs + outputs) / 2 };
        return Gain / Math.Sqrt(fan);
    }

    /// <inheritdoc/>
    public override void Fill(Span<float> values, Shape shape, ulong seed, string name)
    {
        var deviation = DeviationFor(shape);
        var stream = new RandomStream(seed, name);
        if (Spread == Spread.Normal)
        {
            stream.FillNormal(values);
            foreach (ref var value in values) value = (float)(value * deviation);
        }
        else if (Spread == Spread.TruncatedNormal)
        {
            FillTruncated(values, stream, deviation / TruncatedDeviation);
        }
        else
        {
            stream.FillUniform(values);
            var bound = Math.Sqrt(3) * deviation;
            foreach (ref var value in values) value = (float)(((2.0 * value) - 1) * bound);
        }
    }

    /// <summary>A number beyond two deviations is drawn again in the stream's next row, so number i stays a function of its index.</summary>
    private static void FillTruncated(Span<float> values, RandomStream stream, double deviation)
    {
        stream.FillNormal(values);
        var again = new float[values.Length];
        for (var row = 1UL; values.ContainsAnyExceptInRange(-2f, 2f); row++)
        {
            stream.FillNormal(again, row);
            for (var i = 0; i < values.Length; i++)
            {
                if (MathF.Abs(values[i]) > 2) values[i] = again[i];
            }
        }

        foreach (ref var value in values) value = (float)(value * deviation);
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"variance scaling(gain {Gain}, fan {Fan}, {Spread})");

    internal static VarianceScaling Read(OptionReader options) =>
        new(options.Number("gain"), options.Choice("fan", FanMode.In), options.Choice("spread", Spread.Normal));

    internal static void Write(VarianceScaling initializer, OptionWriter options)
    {
        options.Number("gain", initializer.Gain);
        options.Choice("fan", initializer.Fan);
        options.Choice("spread", initializer.Spread);
    }
}
