namespace Evenkeel.Lab;

/// <summary>An experiment that cannot run.</summary>
public sealed class LabException : EvenkeelException
{
    /// <summary>Creates the error.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">Where, what came, what was expected, what to do.</param>
    /// <param name="inner">The error behind it, if any.</param>
    public LabException(string code, string message, Exception? inner = null)
        : base(code, message, inner)
    {
    }
}
