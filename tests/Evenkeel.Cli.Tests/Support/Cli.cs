using System.Text.Json;

namespace Evenkeel.Cli.Tests.Support;

/// <summary>What a command line did.</summary>
internal sealed record CliRun(int Exit, string Output, string Error)
{
    /// <summary>The object on the last line of standard output.</summary>
    public JsonElement Json => JsonDocument.Parse(Output.TrimEnd().Split('\n')[^1]).RootElement;
}

/// <summary>Runs command lines in this process, with streams of their own.</summary>
internal static class Cli
{
    public static async Task<CliRun> RunAsync(params string[] args) => await RunWithInputAsync("", args);

    public static async Task<CliRun> RunWithInputAsync(string input, params string[] args)
    {
        using StringWriter output = new(), error = new();
        var exit = await CommandLine.RunAsync(args, new Terminal(output, error, new StringReader(input)));
        return new CliRun(exit, output.ToString().ReplaceLineEndings("\n"), error.ToString().ReplaceLineEndings("\n"));
    }

    /// <summary>Runs a command line that must succeed.</summary>
    public static async Task<CliRun> SucceedAsync(params string[] args)
    {
        var run = await RunAsync(args);
        Assert.True(run.Exit == ExitCode.Success, $"exit code {run.Exit}\n{run.Output}\n{run.Error}");
        return run;
    }
}
