using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Evenkeel.Cli.Output;
using Evenkeel.Cli.Parsing;
using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Experiments;
using Evenkeel.Lab.Reports;
using Evenkeel.Lab.Runs;

namespace Evenkeel.Cli.Commands;

/// <summary><c>evenkeel lab</c>: the papers as experiments with a verdict.</summary>
internal static class LabCommand
{
    private const string DefaultFolder = "lab";

    public static Command Create(Terminal terminal)
    {
        return new Verb("lab", "Run the claims of papers and notes as experiments.", "lab list", "lab run ioffe2015/mnist --budget quick", "lab report") { List(terminal), Run(terminal), Report(terminal) };
    }

    private static Command List(Terminal terminal)
    {
        var (budget, output, json) = (BudgetOption("The budget whose seconds and seeds are listed; default quick."), Folder(), Shared.Json());
        var command = new Verb("list", "List the claims by topic, with their sources, what a run costs and the last verdict.", "lab list", "lab list --budget standard --json") { budget, output, json };
        command.SetAction(parsed =>
        {
            var folder = LabFolder.At(parsed.GetValue(output) ?? DefaultFolder);
            if (parsed.GetValue(json)) JsonLine.Write(terminal.Output, writer => WriteList(writer, folder));
            else WriteList(terminal, folder, ParseBudget(parsed.GetValue(budget) ?? "quick"));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Report(Terminal terminal)
    {
        var (output, json) = (Folder(), Shared.Json());
        var command = new Verb("report", "Write one page with the ledger and every claim that was run.", "lab report --out lab") { output, json };
        command.SetAction(parsed =>
        {
            var folder = LabFolder.Open(parsed.GetValue(output) ?? DefaultFolder);
            var path = folder.Save("report", LedgerPage.Create(Ledger.All, folder.Find));
            var judged = Ledger.All.Count(claim => folder.Find(claim) is not null);
            if (!parsed.GetValue(json))
            {
                terminal.Output.WriteLine(Words.Invariant($"{judged} of {Ledger.All.Count} claims have a verdict  {path}"));
                return ExitCode.Success;
            }

            JsonLine.Write(terminal.Output, writer =>
            {
                writer.WriteString("command", "lab");
                writer.WriteNumber("claims", Ledger.All.Count);
                writer.WriteNumber("judged", judged);
                writer.WriteString("report", path);
            });
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Run(Terminal terminal)
    {
        var id = new Argument<string>("id") { Description = "A claim (C26, ioffe2015/mnist), a paper, a topic, or all; see `evenkeel lab list`." };
        var budget = BudgetOption("What may be spent; default standard.");
        var seeds = Options.Integer("--seeds", "Seeds; default what the claim says for the budget.", 1, 1000);
        var data = Shared.Data();
        var threads = Shared.Threads();
        var output = Folder();
        var json = new Option<bool>("--json") { Description = "Print one JSON object per claim.", Arity = ArgumentArity.Zero };
        var command = new Verb("run", "Run experiments and write a page for each, one HTML file.", "lab run ioffe2015/mnist", "lab run C26 --budget quick --seeds 1", "lab run all --budget quick --out lab") { id, budget, seeds, data, threads, output, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var selector = parsed.GetRequiredValue(id);
            var experiments = Ledger.SelectExperiments(selector);
            var folder = LabFolder.Open(parsed.GetValue(output) ?? DefaultFolder);
            using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var listening = terminal.Interruption?.Listen(source, static () => { });
            var loaded = new Dictionary<string, DatasetParts>(StringComparer.Ordinal);
            foreach (var experiment in experiments)
            {
                foreach (var name in experiment.Claim.Datasets.Where(name => !loaded.ContainsKey(name)))
                    loaded[name] = await Shared.LoadAsync(name, parsed.GetValue(data), terminal, source.Token).ConfigureAwait(false);
                var line = new StageProgressLine(experiment.Claim.Id, terminal.Error, terminal.IsErrorLive, terminal.Width, TimeProvider.System);
                var context = new ExperimentContext(
                    name => loaded[name], ParseBudget(parsed.GetValue(budget) ?? "standard"), parsed.GetValue(seeds), parsed.GetValue(threads) ?? 0, folder.Runs, line, source.Token);
                RunOne(terminal, experiment, context, folder, line, parsed.GetValue(json));
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Option<string?> BudgetOption(string description) => Options.Name("--budget", description, static () => Enum.GetNames<Budget>().Select(static name => name.ToLowerInvariant()));

    private static Budget ParseBudget(string name) => Enum.Parse<Budget>(name, ignoreCase: true);

    private static Option<string?> Folder() => Options.Text("--out", $"The lab's folder: finished runs, which are never run twice, verdicts and pages; default {DefaultFolder}.", "DIR");

    private static void RunOne(Terminal terminal, Experiment experiment, ExperimentContext context, LabFolder folder, StageProgressLine line, bool json)
    {
        var clock = Stopwatch.StartNew();
        Outcome outcome;
        try
        {
            outcome = experiment.Run(context);
        }
        finally
        {
            line.Finish();
        }

        var seconds = clock.Elapsed.TotalSeconds;
        var path = folder.Save(experiment.Claim, outcome, context.Budget, Math.Max(seconds, context.TrialSeconds));
        if (json)
        {
            JsonLine.Write(terminal.Output, writer => Write(writer, experiment.Claim, outcome, seconds, path));
            return;
        }

        foreach (var finding in outcome.Findings)
            terminal.Output.WriteLine($"{finding.Name}: {finding.Observed} (bar: {finding.Bar}; source: {finding.Paper}) {finding.Holds switch { true => "holds", false => "does not hold", null => finding.Carries ? "not decided" : "not judged" }}");
        terminal.Output.WriteLine($"{experiment.Claim.Id} {ClaimPage.Word(outcome.Verdict)}  {Words.Invariant($"{seconds:F1}")} s  {path}");
    }

    private static void Write(Utf8JsonWriter writer, Claim claim, Outcome outcome, double seconds, string path)
    {
        writer.WriteString("command", "lab");
        writer.WriteString("claim", claim.Id);
        writer.WriteString("name", claim.Name);
        writer.WriteString("verdict", ClaimPage.Word(outcome.Verdict));
        writer.WriteString("criterion", claim.Criterion);
        writer.WriteString("observed", outcome.Observed);
        writer.WriteNumber("seeds", outcome.Seeds);
        writer.WriteNumber("seconds", Math.Round(seconds, 2));
        writer.WriteString("report", path);
    }

    private static void WriteList(Terminal terminal, LabFolder folder, Budget budget)
    {
        terminal.Output.WriteLine($"claim, last verdict and its budget, seconds and seeds of a {ClaimPage.Word(budget)} run, what it says [name] (source)");
        foreach (var topic in Topics.All)
        {
            terminal.Output.WriteLine(topic);
            foreach (var claim in Ledger.All.Where(claim => claim.Topic == topic))
                terminal.Output.WriteLine($"  {claim.Id,-4} {Verdict(folder, claim),-12} {BudgetOf(folder, claim),-8} {Words.Invariant($"{claim.Cost.Of(budget).Seconds,6} s {claim.Cost.Of(budget).Seeds,2}")}  {claim.Title}{(claim.Name.Length > 0 ? $" [{claim.Name}]" : "")} ({claim.Source})");
        }
    }

    private static void WriteList(Utf8JsonWriter writer, LabFolder folder)
    {
        writer.WriteString("command", "lab");
        writer.WriteStartArray("claims");
        foreach (var claim in Ledger.All)
        {
            writer.WriteStartObject();
            writer.WriteString("claim", claim.Id);
            writer.WriteString("name", claim.Name);
            writer.WriteString("topic", claim.Topic);
            writer.WriteString("title", claim.Title);
            writer.WriteString("source", claim.Source);
            foreach (var budget in (ReadOnlySpan<Budget>)[Budget.Quick, Budget.Standard, Budget.Full])
            {
                writer.WriteNumber($"{ClaimPage.Word(budget)}_seconds", claim.Cost.Of(budget).Seconds);
                writer.WriteNumber($"{ClaimPage.Word(budget)}_seeds", claim.Cost.Of(budget).Seeds);
            }

            writer.WriteString("verdict", Verdict(folder, claim));
            writer.WriteString("verdict_budget", BudgetOf(folder, claim));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string BudgetOf(LabFolder folder, Claim claim) => folder.Find(claim) is { } stored ? ClaimPage.Word(stored.Budget) : "";

    private static string Verdict(LabFolder folder, Claim claim) => folder.Find(claim) is { } stored ? ClaimPage.Word(stored.Outcome.Verdict) : "not yet run";
}
