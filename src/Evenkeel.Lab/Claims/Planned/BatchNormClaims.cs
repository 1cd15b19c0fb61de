namespace Evenkeel.Lab.Claims.Planned;

/// <summary>Claims of the topic BatchNorm that have no experiment yet.</summary>
internal static class BatchNormClaims
{
    public static Claim[] All { get; } =
    [
            Datasets = ["cifar10"],
        },
    ];
}
