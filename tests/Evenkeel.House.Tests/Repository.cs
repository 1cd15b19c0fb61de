using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Evenkeel.House.Tests;

/// <summary>The source tree that the tests were compiled from.</summary>
internal static partial class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Where a file of the repository lies.</summary>
    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>The text of a file of the repository.</summary>
    public static string Read(string relative) => File.ReadAllText(PathOf(relative)).ReplaceLineEndings("\n");

    /// <summary>The C# files below a folder, as paths from the root with forward slashes; build outputs left out.</summary>
    public static IEnumerable<string> Sources(string folder) => Files(folder, "*.cs");

    /// <summary>The files below a folder that match a pattern; build outputs left out.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) => Directory.Exists(PathOf(folder))
        ? Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal)
        : [];

    /// <summary>C# text without comments and without the contents of strings, so that a word in it is a word of code.</summary>
    public static string Code(string text) => NotCode().Replace(text, match => match.Value[0] == '/' ? " " : "\"\"");

    private static string Find([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Evenkeel.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
    }

    [GeneratedRegex("""
        //[^\n]*|/\*[\s\S]*?\*/|\"\"\"[\s\S]*?\"\"\"|@\$?"(?:[^"]|"")*"|\$?"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'
        """)]
    private static partial Regex NotCode();
}
