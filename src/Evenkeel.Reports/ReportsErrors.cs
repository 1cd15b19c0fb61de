namespace Evenkeel.Reports;

/// <summary>An error of making a report; its code is EK0450 or above, below EK0500.</summary>
public sealed class ReportsException : EvenkeelException
{
    /// <summary>Creates the error.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">Where, what came, what was expected, what to do.</param>
    public ReportsException(string code, string message)
        : base(code, message)
    {
    }
}

/// <summary>Makes every error of this room.</summary>
internal static class ReportsErrors
{
    public static ReportsException EmptyLog(string name) =>
        new("EK0451", $"[run '{name}'] its log has no whole line yet, expected at least the run_started event. Wait until the run has begun.");
}
