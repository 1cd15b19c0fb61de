using System.CommandLine;
using System.CommandLine.Help;
using Evenkeel.Cli.Commands;
using Evenkeel.Cli.Output;
using Evenkeel.Cli.Parsing;

namespace Evenkeel.Cli;

/// <summary>Parses, runs a verb, and turns errors into text, JSON and exit codes.</summary>
internal static class CommandLine
{
    private const string NamePrefix = "EK";

    /// <summary>Runs one command line.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancellation = default)
    {
        var root = Root(terminal);
        var verb = "evenkeel";
        var json = args.Contains("--json", StringComparer.Ordinal);
        try
        {
            if (args.Length == 0)
            {
                await root.Parse(["--help"]).InvokeAsync(new InvocationConfiguration { Output = terminal.Error, Error = terminal.Error }, cancellation).ConfigureAwait(false);
                return ExitCode.Usage;
            }

            var parsed = root.Parse(args);
            verb = Options.Verb(parsed.CommandResult);
            Check(parsed, verb, args);
            // The signals are handled here, so that training can finish its step and write a checkpoint.
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = terminal.Output, Error = terminal.Error };
            return await parsed.InvokeAsync(configuration, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            terminal.Error.WriteLine("interrupted");
            if (json) WriteError(terminal, verb, "interrupted", "The command was interrupted before it had a result.");
            return ExitCode.Interrupted;
        }
        catch (EvenkeelException error)
        {
            return Report(terminal, verb, json, error.Code, error, IsUsage(error) ? ExitCode.Usage : ExitCode.Failure);
        }
        catch (Exception error)
        {
            // An error that nobody foresaw: its type helps whoever reports it.
            var wrapped = new CliException("EK0699", $"[{verb}] {error.GetType().Name}: {error.Message} This is a fault of Evenkeel; EVENKEEL_DEBUG=1 shows where it happened.", isUsage: false, error);
            return Report(terminal, verb, json, wrapped.Code, wrapped, ExitCode.Failure);
        }
    }

    /// <summary>All verbs.</summary>
    internal static RootCommand Root(Terminal terminal)
    {
        var root = new RootCommand("Trains, evaluates and inspects batch-normalised networks in managed C#. `evenkeel VERB --help` shows the options of a verb, and examples.")
        {
            TrainCommand.Create(terminal),
            EvalCommand.Create(terminal),
            PredictCommand.Create(terminal),
            InspectCommand.Create(terminal),
            DoctorCommand.Create(terminal),
            LearningRateCommand.Create(terminal),
            TuneCommand.Create(terminal),
            DataCommand.Create(terminal),
            BenchCommand.Create(terminal),
            LabCommand.Create(terminal),
        };
        foreach (var help in root.Options.OfType<HelpOption>()) help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    private static void Check(ParseResult parsed, string verb, string[] args)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens.FirstOrDefault(static token => !token.StartsWith('-')) is { } word)
            throw CliErrors.UnknownVerb(verb, word, command.Subcommands.Select(static sub => sub.Name));

        // An unknown option would otherwise be taken for an argument where one is still to come.
        var known = Known(command).Concat(command is RootCommand ? ["--version"] : []).ToArray();
        var dashed = args.TakeWhile(static arg => arg != "--").FirstOrDefault(arg => arg.StartsWith("--", StringComparison.Ordinal) && arg.Length > 2 && !known.Contains(arg.Split('=', ':')[0], StringComparer.Ordinal))
            ?? parsed.UnmatchedTokens.FirstOrDefault(static token => token.Length > 1 && token[0] == '-');
        if (dashed is not null)
        {
            var name = dashed.Split('=')[0];
            throw known.Contains(name, StringComparer.Ordinal)
                ? CliErrors.Syntax(verb, $"{name} stands before the verb, but options follow it: {verb} {name}")
                : CliErrors.UnknownOption(verb, name, known.Where(static option => option.StartsWith("--", StringComparison.Ordinal)));
        }

        if (parsed.Errors.Count == 0) return;
        var message = parsed.Errors[0].Message;
        if (message.StartsWith(NamePrefix, StringComparison.Ordinal) && message.Length > 8) throw new CliException(message[..6], message[8..], isUsage: true);
        if (parsed.UnmatchedTokens.Count > 0) throw CliErrors.Syntax(verb, $"'{parsed.UnmatchedTokens[0]}' is one argument too many");
        throw CliErrors.Syntax(verb, message);
    }

    private static IEnumerable<string> Known(Command command) =>
        command.Options.Where(static option => !option.Hidden).SelectMany(static option => option.Aliases.Prepend(option.Name)).Concat(["--help", "-h", "-?", "/?", "/h"]);

    private static bool IsUsage(EvenkeelException error) => error is CliException { IsUsage: true } || error.Code is "EK0335" or "EK0560" or "EK0701";

    private static int Report(Terminal terminal, string verb, bool json, string code, EvenkeelException error, int exit)
    {
        terminal.Error.WriteLine(error.Message);
        if (terminal.ShowsStack) terminal.Error.WriteLine((error is CliException { InnerException: { } inner } ? inner : error).ToString());
        terminal.Error.Flush();
        if (json) WriteError(terminal, verb, code, error.Explanation);
        return exit;
    }

    private static void WriteError(Terminal terminal, string verb, string code, string message) => JsonLine.Write(terminal.Output, json =>
    {
        json.WriteString("command", verb.Split(' ') is [_, var name, ..] ? name : verb);
        json.WriteStartObject("error");
        json.WriteString("code", code);
        json.WriteString("message", message);
        json.WriteEndObject();
    });
}
