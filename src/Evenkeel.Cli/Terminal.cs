using Spectre.Console;

namespace Evenkeel.Cli;

/// <summary>Where a command reads and writes; a test gives its own.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">Errors, and progress while standard output is kept for JSON.</param>
/// <param name="Input">Samples of <c>predict -</c>.</param>
internal sealed record Terminal(TextWriter Output, TextWriter Error, TextReader Input)
{
    /// <summary>Whether a person looks at standard output, so that a line may be drawn over.</summary>
    public bool IsOutputLive { get; init; }

    /// <summary>Whether a person looks at standard error.</summary>
    public bool IsErrorLive { get; init; }

    /// <summary>Columns of a live terminal.</summary>
    public int Width { get; init; } = 100;

    /// <summary>Whether errors show their stack (<c>EVENKEEL_DEBUG=1</c>).</summary>
    public bool ShowsStack { get; init; }

    /// <summary>Told when the user asks for the end; null where nobody can.</summary>
    public Interruption? Interruption { get; init; }

    /// <summary>The process' own streams. <c>TERM=dumb</c> counts as a file.</summary>
    public static Terminal OfProcess()
    {
        var live = Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new Terminal(Console.Out, Console.Error, Console.In)
        {
            IsOutputLive = live && !Console.IsOutputRedirected,
            IsErrorLive = live && !Console.IsErrorRedirected,
            Width = WidthOfConsole(),
            ShowsStack = Environment.GetEnvironmentVariable("EVENKEEL_DEBUG") is { Length: > 0 } and not "0",
            Interruption = new Interruption(),
        };
    }

    /// <summary>A table writer on standard output: colours only for a person who did not set <c>NO_COLOR</c>.</summary>
    public IAnsiConsole Tables()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = IsOutputLive ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = IsOutputLive ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(Output),
        });
        // A file has no width: nothing is wrapped there.
        console.Profile.Width = IsOutputLive ? Width : 400;
        return console;
    }

    private static int WidthOfConsole()
    {
        try
        {
            return Console.WindowWidth is > 20 and var width ? width : 100;
        }
        catch (IOException)
        {
            return 100;
        }
    }
}
