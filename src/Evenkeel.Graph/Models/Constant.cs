using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Models;

/// <summary>Fills with one number.</summary>
/// <param name="value">The number.</param>
public sealed class Constant(float value) : Initializer
{
    /// <summary>Zeros.</summary>
    public static Constant Zero { get; } = new(0);

    /// <summary>Ones.</summary>
    public static Constant One { get; } = new(1);

    /// <summary>The number.</summary>
    public float Value => value;

    /// <inheritdoc/>
    public override void Fill(Span<float> values, Shape shape, ulong seed, string name) => values.Fill(value);
}
