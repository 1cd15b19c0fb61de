using Evenkeel.Lab.Claims;
using Evenkeel.Records.Files;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Runs;

/// <summary>The folder in which the lab keeps finished runs and pages.</summary>
public sealed class LabFolder
{
    private LabFolder(string path)
    {
        Path = path;
        Runs = new RunStore(path);
    }

    /// <summary>The folder, as an absolute path.</summary>
    public string Path { get; }

    /// <summary>The finished runs.</summary>
    public RunStore Runs { get; }

    /// <summary>Opens a folder, and creates it where it is missing.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="LabException">EK0703: it cannot be created or written. Told before anything is run, so that no hour is lost to it.</exception>
    public static LabFolder Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        Guard(full, () =>
        {
            Directory.CreateDirectory(full);
            var probe = System.IO.Path.Combine(full, $".{Guid.NewGuid():N}.tmp");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        });
        return new(full);
    }

    /// <summary>Where the page of a claim goes.</summary>
    /// <param name="claim">The claim.</param>
    public string PagePath(Claim claim) => System.IO.Path.Combine(Path, $"{claim.Id.Replace('/', '-')}.html");

    /// <summary>Writes the page of a claim.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="page">The page.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="LabException">EK0703: the folder cannot be written.</exception>
    public string Save(Claim claim, HtmlPage page)
    {
        var path = PagePath(claim);
        Guard(path, () => page.Save(path));
        return path;
    }

    /// <summary>Writes a file all or nothing.</summary>
    internal static void Write(string path, Action<Stream> write) => Guard(path, () =>
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, write);
    });

    private static void Guard(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or Records.RecordsException)
        {
            throw LabErrors.CannotWrite(path, error);
        }
    }
}
