using System.CommandLine;
using Evenkeel.Cli.Output;
using Evenkeel.Cli.Parsing;
using Evenkeel.Cli.Training;
using Evenkeel.Data.Tables;
using Evenkeel.Training;

namespace Evenkeel.Cli.Commands;

/// <summary><c>evenkeel predict</c>: what a trained network says about samples.</summary>
internal static class PredictCommand
{
    private const int UsualTop = 3;

    public static Command Create(Terminal terminal)
    {
        var checkpoint = new Argument<string>("checkpoint") { Description = "A run folder (its best weights) or a checkpoint file." };
        var samples = new Argument<string>("samples") { Description = "A PNG or JPEG file, an IDX file (plain or .gz), a text with one sample per line, or - for such a text on standard input; CSV with a header where the network was trained on a table." };
        var top = Options.Integer("--top", $"How many classes to show per sample; default {UsualTop}.", 1);
        var json = Shared.Json();
        var command = new Verb("predict", "Ask a trained network about samples, fed as in training.",
            "predict runs/digits digit.png --top 5", "predict runs/digits t10k-images-idx3-ubyte.gz --json", "predict runs/houses - --json")
        { checkpoint, samples, top, json };
        command.SetAction(parsed =>
        {
            using var predictor = Predictor.Load(parsed.GetRequiredValue(checkpoint), new PredictorOptions { Threads = 0, Concurrency = 1, Capacity = 256 });
            var file = parsed.GetRequiredValue(samples);
            var predictions = predictor.Info.Table is null
                ? predictor.PredictBatch(SampleReader.Read(file, predictor.FeatureCount, predictor.SampleShape, terminal.Input))
                : predictor.PredictTable(file == "-" ? CsvTable.Parse(terminal.Input, "standard input") : CsvTable.Read(file));
            var count = parsed.GetValue(top) ?? UsualTop;
            if (parsed.GetValue(json))
            {
                JsonLine.Write(terminal.Output, writer => Write(writer, predictor, predictions, count));
                return ExitCode.Success;
            }

            for (var i = 0; i < predictions.Count; i++)
            {
                var text = predictor.IsClassifier
                    ? string.Join("  ", predictions[i].Top(count).Select(item => $"{Name(predictor, item.Class)} {Words.Percent(item.Probability)}"))
                    : string.Join(" ", predictions[i].Outputs.Take(count).Select(static value => Words.Number(value)));
                terminal.Output.WriteLine(Words.Invariant($"{i}: {text}"));
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static string Name(Predictor predictor, int label) => label < predictor.ClassNames.Count ? predictor.ClassNames[label] : Words.Invariant($"{label}");

    private static void Write(System.Text.Json.Utf8JsonWriter json, Predictor predictor, IReadOnlyList<Prediction> predictions, int count)
    {
        json.WriteString("command", "predict");
        json.WriteNumber("samples", predictions.Count);
        json.WriteStartArray("predictions");
        for (var i = 0; i < predictions.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("index", i);
            if (predictor.IsClassifier)
            {
                json.WriteNumber("class", predictions[i].Class);
                json.WriteString("name", Name(predictor, predictions[i].Class));
                json.WriteNumberOrNull("probability", predictions[i].Probability);
                json.WriteStartArray("top");
                foreach (var (label, probability) in predictions[i].Top(count))
                {
                    json.WriteStartObject();
                    json.WriteNumber("class", label);
                    json.WriteString("name", Name(predictor, label));
                    json.WriteNumberOrNull("probability", probability);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }
            else
            {
                json.WriteStartArray("outputs");
                foreach (var value in predictions[i].Outputs)
                {
                    if (float.IsFinite(value)) json.WriteNumberValue(value);
                    else json.WriteNullValue();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
