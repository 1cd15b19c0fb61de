namespace Evenkeel.TestKit;

/// <summary>How far a value may be from the expected one: <c>|expected - actual| &lt;= Absolute + Relative * scale</c>, and why.</summary>
/// <param name="Absolute">Allowed whatever the scale.</param>
/// <param name="Relative">Allowed per unit of scale.</param>
/// <param name="Reason">Where the number comes from; printed when it is exceeded.</param>
public readonly record struct Tolerance(double Absolute, double Relative, string Reason)
{
    /// <summary>What is allowed at a scale.</summary>
    public double At(double scale) => Absolute + Relative * scale;

    /// <summary>The same reason with both numbers multiplied, for chains of several operations.</summary>
    public Tolerance Times(double factor) => new(Absolute * factor, Relative * factor, $"{factor} times: {Reason}");
}
