using Xunit;

namespace Evenkeel.TestKit;

/// <summary>A fact about the real CIFAR-10; skipped, with the reason, where <c>EVENKEEL_DATA</c> does not lead to its files.</summary>
public sealed class Cifar10FactAttribute : FactAttribute
{
    /// <summary>Decides whether to skip.</summary>
    public Cifar10FactAttribute()
    {
        if (Folder is null) Skip = "needs the real CIFAR-10: set EVENKEEL_DATA to a folder that has its binary files, itself or in a subfolder 'cifar10' or 'cifar-10-batches-bin'";
    }

    /// <summary>The folder of the files, or null.</summary>
    public static string? Folder => Environment.GetEnvironmentVariable("EVENKEEL_DATA") is { Length: > 0 } root
        ? ((string[])[root, Path.Combine(root, "cifar10"), Path.Combine(root, "cifar-10-batches-bin")]).FirstOrDefault(static folder => File.Exists(Path.Combine(folder, "test_batch.bin")))
        : null;
}
