namespace Evenkeel.Graph.Models;

/// <summary>A bound on gradients, applied between the verdict on a step and its update.</summary>
/// <remarks>Instances are immutable options and may be shared by plans. The norm is the same bits for any number of threads, and so is what follows from it.</remarks>
public abstract record GradientClipping
{
    /// <summary>The name in configurations, for example <c>norm</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What happens to every gradient of a step.</summary>
    /// <param name="norm">The Euclidean norm of all gradients together; finite.</param>
    public abstract GradientChange ChangeAt(double norm);
}

/// <summary>What happens to every gradient of a step: <c>g = min(limit, max(-limit, factor g))</c>.</summary>
/// <param name="Factor">Above 0.</param>
/// <param name="Limit">Above 0; infinity for none.</param>
public readonly record struct GradientChange(float Factor, float Limit)
{
    /// <summary>How long the gradient of a unit (a column of a weight, a filter, a whole vector) may be, as a share of the unit's weights: <c>|g| &lt;= ratio max(|w|, floor)</c>; applied before factor and limit. Default 0, no bound.</summary>
    public float UnitRatio { get; init; }

    /// <summary>The least length that a unit's weights count. Default 0.</summary>
    public float UnitFloor { get; init; }

    /// <summary>Nothing happens.</summary>
    public static GradientChange None { get; } = new(1, float.PositiveInfinity);
}
