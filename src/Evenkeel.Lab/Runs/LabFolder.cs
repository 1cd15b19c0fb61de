using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Experiments;
using Evenkeel.Lab.Reports;
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

    /// <summary>A folder as it is, to read from; it need not exist.</summary>
    /// <param name="path">The folder.</param>
    public static LabFolder At(string path) => new(System.IO.Path.GetFullPath(path));

    /// <summary>Opens a folder to write to, and creates it where it is missing.</summary>
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

    /// <summary>The file of a page: a claim's own, or <c>report</c> for all of them.</summary>
    /// <param name="name">The claim's id, or another name.</param>
    public string PagePath(string name) => System.IO.Path.Combine(Path, $"{name.Replace('/', '-')}.html");

    /// <summary>Keeps a claim's outcome and writes its page.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="outcome">What was found.</param>
    /// <param name="budget">What the run could spend.</param>
    /// <param name="seconds">What it took, runs of earlier sittings included.</param>
    /// <returns>The page's path.</returns>
    /// <exception cref="LabException">EK0703: the folder cannot be written.</exception>
    public string Save(Claim claim, Outcome outcome, Budget budget, double seconds)
    {
        var stored = new StoredOutcome(claim.Id, claim.Criterion, budget, seconds, outcome);
        Write(OutcomePath(claim), stored.Write);
        return Save(claim.Id, ClaimPage.Create(claim, stored));
    }

    /// <summary>Writes a page.</summary>
    /// <param name="name">Its name, see <see cref="PagePath"/>.</param>
    /// <param name="page">The page.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="LabException">EK0703: the folder cannot be written.</exception>
    public string Save(string name, HtmlPage page)
    {
        var path = PagePath(name);
        Guard(path, () => page.Save(path));
        return path;
    }

    /// <summary>The last outcome of a claim; null where it was not run yet in this folder.</summary>
    /// <param name="claim">The claim.</param>
    public StoredOutcome? Find(Claim claim) => StoredOutcome.Read(OutcomePath(claim));

    private string OutcomePath(Claim claim) => System.IO.Path.Combine(Path, "claims", $"{claim.Id.Replace('/', '-')}.json");

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
