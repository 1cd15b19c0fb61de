namespace Evenkeel.Data;

/// <summary>A data file or folder is missing, damaged, foreign, or could not be fetched; <see cref="Path"/> says which.</summary>
public sealed class DataFileException : EvenkeelException
{
    /// <summary>Creates the error.</summary>
    /// <param name="code">The stable code, EK03xx.</param>
    /// <param name="path">The file, folder or address at fault.</param>
    /// <param name="message">Where, what came, what was expected, what to do.</param>
    /// <param name="inner">The error behind it, if any.</param>
    public DataFileException(string code, string path, string message, Exception? inner = null)
        : base(code, message, inner) => Path = path;

    /// <summary>The file, folder or address at fault.</summary>
    public string Path { get; }
}
