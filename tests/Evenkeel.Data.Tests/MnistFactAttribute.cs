using Evenkeel.Data.Readers;

namespace Evenkeel.Data.Tests;

/// <summary>A fact about the real MNIST; skipped where EVENKEEL_DATA does not lead to its files.</summary>
internal sealed class MnistFactAttribute : FactAttribute
{
    public MnistFactAttribute()
    {
        var folder = DataFolders.FromEnvironment;
        if (folder is null || !(IdxFolder.Exists(folder) || IdxFolder.Exists(System.IO.Path.Combine(folder, "mnist"))))
            Skip = "needs the real MNIST: set EVENKEEL_DATA to a folder that has its four IDX files, itself or in a subfolder 'mnist'";
    }
}
