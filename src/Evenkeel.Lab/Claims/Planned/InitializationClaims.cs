namespace Evenkeel.Lab.Claims.Planned;

/// <summary>Claims of the topic Initialization that have no experiment yet.</summary>
internal static class InitializationClaims
{
    public static Claim[] All { get; } =
    [
    ];
}
