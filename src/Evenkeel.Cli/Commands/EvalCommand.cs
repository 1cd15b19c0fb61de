using System.CommandLine;
using Evenkeel.Cli.Output;
using Evenkeel.Cli.Parsing;
using Evenkeel.Cli.Training;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Tables;
using Evenkeel.Engine;
using Evenkeel.Layers.Losses;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Evaluation;
using Evenkeel.Training.Metrics;

namespace Evenkeel.Cli.Commands;

/// <summary><c>evenkeel eval</c>: measures a checkpoint on a dataset's test part.</summary>
internal static class EvalCommand
{
    public static Command Create(Terminal terminal)
    {
        var checkpoint = new Argument<string>("checkpoint") { Description = "A run folder (its best weights) or a checkpoint file." };
        var dataset = new Argument<string>("dataset") { Description = $"A name [{string.Join('|', DatasetTable.Names)}], a folder with four IDX files or with images in a subfolder per class, or a CSV file where the network was trained on one." };
        var views = Options.Name("--views", "Views in which the images are seen, their logits averaged; default none", static () => TestViews.Names);
        var metrics = Options.NamesOf("--metrics", "What else is measured; default r2, root_mean_squared_error and mean_absolute_error for numbers, nothing for classes", static () => MetricTable.Names);
        var (data, threads, json) = (Shared.Data(), Shared.Threads(), Shared.Json());
        var command = new Verb("eval", "Measure a trained network on the test part of a dataset, fed as in training.",
            "eval runs/cifar cifar10", "eval runs/cifar/checkpoints/last.safetensors cifar10 --views mirror --json")
        { checkpoint, dataset, data, views, metrics, threads, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var listening = terminal.Interruption?.Listen(source, static () => { });
            using var opened = Checkpoint.Open(parsed.GetRequiredValue(checkpoint));
            var model = opened.BuildModel();
            var name = parsed.GetRequiredValue(dataset);
            var test = opened.Info.Table is { } table && CsvTable.IsTable(name)
                ? table.CreateDataset(CsvTable.Read(name), Path.GetFileNameWithoutExtension(name))
                : (await Shared.LoadAsync(name, parsed.GetValue(data), terminal, source.Token, Shared.Images(opened.Info.SampleShape)).ConfigureAwait(false)).Test;
            var loss = opened.Info.Loss is { } known ? LossTable.Create(known) : TrainSetup.CreateLoss(test.Target);
            var (samples, plan) = (opened.Info.Transforms.Over(test), new PlanOptions { Threads = parsed.GetValue(threads) ?? 0 });
            var summary = parsed.GetValue(views) is { } several and not TestViews.None
                ? ViewEvaluator.Evaluate(model, loss, samples, TestViews.Create(several), plan, source.Token)
                : Evaluator.Evaluate(model, loss, samples, TrainSetup.CreateMetrics(test.Target, parsed.GetValue(metrics)), plan, source.Token, opened.Info.TargetScaling);
            if (summary.Doubt is { } doubt) terminal.Error.WriteLine($"warning {EvaluationSummary.DoubtCode}: {doubt}");
            if (!parsed.GetValue(json))
            {
                terminal.Output.WriteLine($"{opened.Path} on {test.Name}, {Words.Count(summary.Samples)} samples");
                if (summary.Accuracy is { } accuracy) terminal.Output.WriteLine($"test accuracy {Words.Percent(accuracy)}");
                terminal.Output.WriteLine(Words.Invariant($"test loss {summary.Loss:F4}"));
                foreach (var metric in summary.Metrics) terminal.Output.WriteLine($"test {metric.Name} {Words.Number(metric.Value)}");
                return ExitCode.Success;
            }

            JsonLine.Write(terminal.Output, writer =>
            {
                writer.WriteString("command", "eval");
                writer.WriteString("checkpoint", Path.GetFullPath(opened.Path));
                writer.WriteNumber("step", opened.Step);
                writer.WriteString("dataset", test.Name);
                writer.WriteNumber("samples", summary.Samples);
                writer.WriteNumberOrNull("test_accuracy", summary.Accuracy);
                writer.WriteNumberOrNull("test_loss", summary.Loss);
                if (summary.Metrics.Count == 0) return;
                writer.WriteStartObject("test_metrics");
                foreach (var metric in summary.Metrics) writer.WriteNumberOrNull(metric.Name, metric.Value);
                writer.WriteEndObject();
            });
            return ExitCode.Success;
        });
        return command;
    }
}
