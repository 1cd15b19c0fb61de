namespace Evenkeel.Lab.Tests.Support;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("evenkeel-lab-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
