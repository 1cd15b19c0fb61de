namespace Evenkeel;

/// <summary>The base of every error that Evenkeel raises by itself: a message that says where, what came, what was expected and what to do, and a stable code.</summary>
/// <remarks>Each code has a line in <c>docs/reference/errors.md</c>. Errors of arguments that no documented use can produce stay plain <see cref="ArgumentException"/>s.</remarks>
public class EvenkeelException : Exception
{
    private const string Separator = ": ";

    /// <summary>Creates the error.</summary>
    /// <param name="code">The stable code: <c>EK</c> and four digits.</param>
    /// <param name="message">Where, what came, what was expected, what to do.</param>
    /// <param name="inner">The error behind it, if any.</param>
    public EvenkeelException(string code, string message, Exception? inner = null)
        : base($"{code}{Separator}{message}", inner) => Code = code;

    /// <summary>The stable code, <c>EK</c> and four digits.</summary>
    public string Code { get; }

    /// <summary>The message without its code, for those who show the code in a place of its own.</summary>
    public string Explanation => Message[(Code.Length + Separator.Length)..];
}
