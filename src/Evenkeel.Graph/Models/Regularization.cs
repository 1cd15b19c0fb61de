using System.Globalization;

namespace Evenkeel.Graph.Models;

/// <summary>What holds weights small besides decay: an L1 penalty, and a bound on the length of every unit's weights. For the weights of products and filters; biases, gamma and beta stay free.</summary>
/// <remarks>
/// L1: <c>g += lambda sign(w)</c>, with <c>sign(0) = 0</c>, the subgradient of <c>lambda |w|_1</c>; behind clipping and before the update, so that it reaches slots as an L2 penalty does, also where decay is decoupled.
/// A parameter group that keeps a parameter from decay, or scales the decay, does the same to the penalty. The loss that a step reports is without it.
/// Max-norm: <c>w_j = w_j min(1, c / |w_j|)</c> behind every update and inside its commit, per unit: a column of a weight, or a filter (Srebro and Shraibman 2005; Srivastava et al. 2014, section 5.1).
/// </remarks>
public sealed record Regularization
{
    /// <summary>Nothing besides decay.</summary>
    public static Regularization None { get; } = new();

    /// <summary>lambda, the factor of the L1 penalty, from 0 on. Default 0, none; 1e-5 is usual.</summary>
    /// <exception cref="GraphException">EK0105: negative or not finite.</exception>
    public float L1
    {
        get;
        init => field = value >= 0 && float.IsFinite(value) ? value : throw Bad("l1", value, "a finite number from 0 on", "1e-5 is usual.");
    }

    /// <summary>c, the greatest length of a unit's weights, above 0. Default infinity, no bound; 2 to 4 are usual with dropout.</summary>
    /// <exception cref="GraphException">EK0105: not above 0.</exception>
    public float MaximumNorm
    {
        get;
        init => field = value > 0 ? value : throw Bad("maximum norm", value, "a number above 0", "2 to 4 are usual.");
    } = float.PositiveInfinity;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"l1 {L1}, maximum norm {MaximumNorm}");

    private static GraphException Bad(string option, float came, string expected, string remedy) =>
        GraphException.BadOption("regularization", string.Create(CultureInfo.InvariantCulture, $"{option} {came}"), expected, remedy);
}
