namespace Evenkeel.Cli;

/// <summary>What the process ends with; documented in docs/reference/command-line.md.</summary>
internal static class ExitCode
{
    /// <summary>All that was asked for was done.</summary>
    public const int Success = 0;

    /// <summary>Something failed; the error's code and remedy stand on standard error.</summary>
    public const int Failure = 1;

    /// <summary>The command line asks for something that does not exist.</summary>
    public const int Usage = 2;

    /// <summary><c>doctor</c> did its work and found errors (with <c>--strict</c> warnings too).</summary>
    public const int Found = 3;

    /// <summary>Interrupted (Ctrl-C, SIGTERM); a training run wrote a checkpoint first.</summary>
    public const int Interrupted = 130;
}
