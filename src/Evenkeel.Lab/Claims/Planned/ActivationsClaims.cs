namespace Evenkeel.Lab.Claims.Planned;

/// <summary>Claims of the topic Activations that have no experiment yet.</summary>
internal static class ActivationsClaims
{
    public static Claim[] All { get; } =
    [
    ];
}
