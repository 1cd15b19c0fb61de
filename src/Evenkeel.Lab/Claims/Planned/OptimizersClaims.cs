namespace Evenkeel.Lab.Claims.Planned;

/// <summary>Claims of the topic Optimizers that have no experiment yet.</summary>
internal static class OptimizersClaims
{
    public static Claim[] All { get; } =
    [
    ];
}
