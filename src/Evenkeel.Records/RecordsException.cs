namespace Evenkeel.Records;

/// <summary>An error of reading or writing a file of Evenkeel's: checkpoint, run log or run folder.</summary>
/// <remarks>Its code is one of EK0401..EK0449; the message says which file, what came, what was expected and what to do.</remarks>
public sealed class RecordsException : EvenkeelException
{
    /// <summary>Creates the error.</summary>
    /// <param name="code">The stable code, <c>EK04xx</c>.</param>
    /// <param name="path">The file or folder, or a name for data that come from memory.</param>
    /// <param name="message">What came, what was expected, what to do.</param>
    /// <param name="inner">The error behind it, if any.</param>
    public RecordsException(string code, string path, string message, Exception? inner = null)
        : base(code, $"['{path}'] {message}", inner) => (Path, Problem) = (path, message);

    /// <summary>The file or folder that the error speaks of, or a name for data that come from memory.</summary>
    public string Path { get; }

    /// <summary>What came, what was expected and what to do: the message without its code and without <see cref="Path"/>, for those who name the file themselves.</summary>
    public string Problem { get; }
}
