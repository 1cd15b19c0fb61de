using System.CommandLine;
using Evenkeel.Cli.Output;
using Evenkeel.Cli.Parsing;
using Evenkeel.Lab.Experiments;

namespace Evenkeel.Cli.Commands;

/// <summary><c>evenkeel lab</c>: the papers as experiments with a verdict.</summary>
internal static class LabCommand
{
    public static Command Create(Terminal terminal)
    {
        var list = new Command("list", "List the experiments.");
        list.SetAction(_ =>
        {
            foreach (var experiment in ExperimentTable.All) terminal.Output.WriteLine($"{experiment.Id}  {experiment.Title}");
            return ExitCode.Success;
        });
        return new Command("lab", "Run the papers' claims as experiments.") { list, Run(terminal) };
    }

    private static Command Run(Terminal terminal)
    {
        var id = new Argument<string>("id") { Description = $"The experiment [{string.Join('|', ExperimentTable.All.Select(static experiment => experiment.Id))}]." };
        var budget = new Option<Budget>("--budget") { Description = "quick, standard (default) or full.", DefaultValueFactory = static _ => Budget.Standard };
        var seeds = Options.Integer("--seeds", "Seeds; default what the budget says.", 1, 1000);
        var data = Shared.Data();
        var threads = Shared.Threads();
        var output = Options.Text("--out", "Where the report goes; default <id>.html in the current folder.", "FILE");
        var json = Shared.Json();
        var command = new Command("run", "Run an experiment and write its report, one HTML file.") { id, budget, seeds, data, threads, output, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var experiment = ExperimentTable.Get(parsed.GetRequiredValue(id));
            using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var listening = terminal.Interruption?.Listen(source, static () => { });
            var parts = await Shared.LoadAsync("mnist", parsed.GetValue(data), terminal, source.Token).ConfigureAwait(false);
            var result = experiment.Run(new ExperimentContext(parts)
            {
                Budget = parsed.GetValue(budget),
                Seeds = parsed.GetValue(seeds),
                Threads = parsed.GetValue(threads) ?? 0,
                Progress = new StageLines(terminal.Error),
                Cancellation = source.Token,
            });
            var path = Path.GetFullPath(parsed.GetValue(output) ?? $"{experiment.Id.Replace('/', '-')}.html");
            result.Page.Save(path);
            foreach (var finding in result.Findings)
                terminal.Error.WriteLine($"{finding.Name}: {finding.Observed} (bar: {finding.Bar}; paper: {finding.Paper}) {finding.Holds switch { true => "holds", false => "does not hold", null => "not decided" }}");
            if (!parsed.GetValue(json))
            {
                terminal.Output.WriteLine($"{experiment.Id}: {Words.Invariant($"{result.Verdict}")}, {Words.Number(result.Seconds)} s, report {path}");
                return ExitCode.Success;
            }

            JsonLine.Write(terminal.Output, writer =>
            {
                writer.WriteString("command", "lab");
                writer.WriteString("claim", experiment.Id);
                writer.WriteString("verdict", Words.Invariant($"{result.Verdict}").ToLowerInvariant());
                writer.WriteString("criterion", result.Criterion);
                writer.WriteString("observed", result.Observed);
                writer.WriteNumber("seeds", result.Seeds);
                writer.WriteNumber("seconds", Math.Round(result.Seconds, 2));
                writer.WriteString("report", path);
            });
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>A line whenever a stage is another tenth further.</summary>
    private sealed class StageLines(TextWriter output) : IProgress<ExperimentProgress>
    {
        private readonly Lock _gate = new();
        private string _last = "";

        public void Report(ExperimentProgress value)
        {
            var line = $"{value.Stage}: {(value.Total == 0 ? 0 : 10L * value.Done / value.Total * 10)} %";
            lock (_gate)
            {
                if (line == _last) return;
                _last = line;
                output.WriteLine(line);
            }
        }
    }
}
