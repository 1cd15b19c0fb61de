using System.Runtime.CompilerServices;
using Xunit.Sdk;

namespace Evenkeel.TestKit;

/// <summary>Compares a text with the verified one beside the test, <c>Snapshots/NAME.verified.txt</c>.</summary>
/// <remarks>On a difference the text is written to <c>NAME.received.txt</c> next to it and the test fails; whoever agrees with the change renames the file. Nothing is ever accepted by itself, a missing file included.</remarks>
public static class Snapshot
{
    /// <summary>Fails unless the text equals the verified one; line ends and a last line break do not matter.</summary>
    /// <param name="actual">The text.</param>
    /// <param name="name">The file's name without ending.</param>
    /// <param name="testFile">Filled in by the compiler: the folder of the test holds the snapshots.</param>
    public static void Match(string actual, string name, [CallerFilePath] string testFile = "")
    {
        string folder = Path.Combine(Path.GetDirectoryName(testFile)!, "Snapshots");
        string verified = Path.Combine(folder, name + ".verified.txt"), received = Path.Combine(folder, name + ".received.txt");
        string text = Normalise(actual);
        string? expected = File.Exists(verified) ? Normalise(File.ReadAllText(verified)) : null;
        if (expected == text)
        {
            File.Delete(received);
            return;
        }
        Directory.CreateDirectory(folder);
        File.WriteAllText(received, text);
        throw new XunitException(expected is null
            ? $"[snapshot '{name}'] nothing is verified yet. Read {received} and rename it to {Path.GetFileName(verified)} if it is right."
            : $"[snapshot '{name}'] {Difference(expected, text)} Compare {received} with {Path.GetFileName(verified)}; replace it only if the change is meant.");
    }

    private static string Difference(string expected, string actual)
    {
        string[] e = expected.Split('\n'), a = actual.Split('\n');
        int line = 0;
        while (line < e.Length && line < a.Length && e[line] == a[line]) line++;
        return $"line {line + 1} differs:\n  expected: {(line < e.Length ? e[line] : "(end)")}\n  got:      {(line < a.Length ? a[line] : "(end)")}\n";
    }

    private static string Normalise(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
}
