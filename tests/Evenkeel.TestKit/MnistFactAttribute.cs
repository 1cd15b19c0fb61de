using Xunit;

namespace Evenkeel.TestKit;

/// <summary>A fact about the real MNIST; skipped, with the reason, where <c>EVENKEEL_DATA</c> does not lead to its four files.</summary>
public sealed class MnistFactAttribute : FactAttribute
{
    private static readonly string[] Files = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    /// <summary>Decides whether to skip.</summary>
    public MnistFactAttribute()
    {
        if (Folder is null) Skip = "needs the real MNIST: set EVENKEEL_DATA to a folder that has its four IDX files (plain or .gz), itself or in a subfolder 'mnist'";
    }

    /// <summary>The folder of the four files, or null.</summary>
    public static string? Folder
    {
        get
        {
            string? root = Environment.GetEnvironmentVariable("EVENKEEL_DATA");
            if (string.IsNullOrEmpty(root)) return null;
            return ((string[])[root, Path.Combine(root, "mnist")]).FirstOrDefault(folder =>
                Files.All(file => File.Exists(Path.Combine(folder, file)) || File.Exists(Path.Combine(folder, file + ".gz"))));
        }
    }
}
