using System.CommandLine;
using Evenkeel.Cli.Output;
using Evenkeel.Cli.Parsing;
using Evenkeel.Cli.Training;
using Evenkeel.Engine;
using Evenkeel.Engine.Inspection;
using Evenkeel.Graph.Models;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.Numerics.Work;
using Evenkeel.Training.Checkpoints;

namespace Evenkeel.Cli.Commands;

/// <summary><c>evenkeel inspect</c>: what a network is made of and what it is compiled to.</summary>
internal static class InspectCommand
{
    private static readonly int[] UsualInput = [28, 28, 1];
    private const int UsualOutputs = 10;

    public static Command Create(Terminal terminal)
    {
        var options = new TrainOptions();
        var target = new Argument<string>("model") { Description = $"A model [{string.Join('|', ModelTable.Names)}], a checkpoint file or a run folder." };
        var input = Options.Sizes("--input", $"A model's sample shape; default {string.Join(',', UsualInput)}.");
        var outputs = Options.Integer("--outputs", $"A model's outputs; default {UsualOutputs}.", 1);
        var passes = Options.Flag("--passes", "Show what every pass of the compiler changed.");
        var (threads, json) = (Shared.Threads(), Shared.Json());
        var command = new Verb("inspect", "Show a network's layers and the plans that it is compiled to, with what was fused.",
            "inspect mlp --hidden 100,100,100 --activation sigmoid", "inspect resnet20 --input 32,32,3 --passes", "inspect runs/cifar")
        { target, input, outputs, passes, threads, json };
        foreach (var option in options.OfModel.Where(option => option != options.Model)) command.Add(option);
        command.SetAction(parsed =>
        {
            var name = parsed.GetRequiredValue(target);
            var settings = options.ApplyToModel(parsed, Defaults.For(null, ModelTable.Names.Contains(name, StringComparer.Ordinal) ? name : null));
            var (model, loss) = ModelTable.Names.Contains(name, StringComparer.Ordinal)
                ? (TrainSetup.CreateModel(settings with { Model = name }, parsed.GetValue(input) is { } sizes ? sizes.AsSpan() : UsualInput, parsed.GetValue(outputs) ?? UsualOutputs), "softmax_cross_entropy")
                : Shared.IsPath(name) ? Load(name)
                : throw CliErrors.UnknownName("evenkeel inspect", "model", name, ModelTable.Names);
            using var team = WorkTeam.Lease(parsed.GetValue(threads) ?? 0);
            var plans = new PlanOptions { Capacity = settings.BatchSize, Team = team };
            using var training = TrainingPlan.Compile(model, LossTable.Create(loss), TrainSetup.CreateOptimizer(settings), plans);
            using var evaluation = EvaluationPlan.Compile(model, null, plans);
            var summary = ModelSummary.Of(model);
            if (parsed.GetValue(json)) JsonLine.Write(terminal.Output, writer => Write(writer, name, summary, training.Listing, evaluation.Listing));
            else Print(terminal.Output, name, summary, training.Listing, evaluation.Listing, parsed.GetValue(passes));
            return ExitCode.Success;
        });
        return command;
    }

    private static (Model Model, string Loss) Load(string path)
    {
        using var checkpoint = Checkpoint.Open(path);
        return (checkpoint.BuildModel(), checkpoint.Info.Loss ?? "softmax_cross_entropy");
    }

    private static void Print(TextWriter output, string name, ModelSummary summary, PlanListing training, PlanListing evaluation, bool passes)
    {
        output.WriteLine(name);
        output.Write(summary.ToText());
        output.WriteLine(Words.Invariant($"saved for backward: {Words.Bytes(training.SavedBytes)} for {training.Capacity} samples"));
        foreach (var plan in (PlanListing[])[training, evaluation])
        {
            output.WriteLine();
            output.Write(plan.ToText(passes));
            if (passes) continue;
            foreach (var pass in plan.Passes.Where(static pass => pass.Changes.Count > 0)) output.WriteLine(Words.Invariant($"fused by {pass.Name}: {string.Join("; ", pass.Changes)}"));
        }
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, string name, ModelSummary summary, PlanListing training, PlanListing evaluation)
    {
        json.WriteString("command", "inspect");
        json.WriteString("model", name);
        json.WriteStartArray("layers");
        foreach (var layer in summary.Layers)
        {
            json.WriteStartObject();
            json.WriteString("name", layer.Name);
            json.WriteString("kind", layer.Kind);
            json.WriteString("output", layer.Output.ToString());
            json.WriteNumber("parameters", layer.Parameters);
            json.WriteNumber("states", layer.States);
            json.WriteNumber("multiply_adds", layer.MultiplyAdds);
            json.WriteStartArray("notes");
            foreach (var note in layer.Notes) json.WriteStringValue(note);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("parameters", summary.Parameters);
        json.WriteNumber("trainable_parameters", summary.TrainableParameters);
        json.WriteNumber("states", summary.States);
        json.WriteNumber("multiply_adds", summary.MultiplyAdds);
        json.WriteNumber("saved_bytes", training.SavedBytes);
        json.WriteStartArray("plans");
        training.WriteJson(json);
        evaluation.WriteJson(json);
        json.WriteEndArray();
    }
}
