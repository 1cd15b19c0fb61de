namespace Evenkeel.Lab;

/// <summary>An experiment that cannot run.</summary>
public sealed class LabException : EvenkeelException
{
    /// <summary>Creates the error.</summary>
    public LabException(string code, string message)
        : base(code, message)
    {
    }
}
