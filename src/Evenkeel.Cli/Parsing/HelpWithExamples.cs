using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Evenkeel.Cli.Parsing;

/// <summary>The usual help, and behind it examples.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private static readonly string[] First = ["train", "predict runs/RUN digit.png", "inspect mlp", "train --help"];

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var exit = usual.Invoke(parseResult);
        var examples = parseResult.CommandResult.Command switch { Verb verb => verb.Examples, RootCommand => First, _ => [] };
        if (examples.Count == 0) return exit;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in examples) output.WriteLine($"  evenkeel {example}");
        output.WriteLine();
        return exit;
    }
}
