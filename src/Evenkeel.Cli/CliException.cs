namespace Evenkeel.Cli;

/// <summary>The command line cannot do what it was asked for.</summary>
internal sealed class CliException(string code, string message, bool isUsage, Exception? inner = null) : EvenkeelException(code, message, inner)
{
    /// <summary>Whether the command line itself is wrong, and not a file or a run.</summary>
    public bool IsUsage { get; } = isUsage;
}
