using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Evenkeel.Cli.Output;

namespace Evenkeel.Cli.Training;

/// <summary>All that <c>evenkeel train</c> can be told about what is computed; goes into the run's configuration, so that <c>--resume</c> needs nothing else.</summary>
internal sealed record TrainSettings
{
    /// <summary>Null: that of <see cref="Defaults"/>.</summary>
    public string? Recipe { get; init; }

    public string Dataset { get; init; } = "glyphs";

    public string? Data { get; init; }

    public string Model { get; init; } = "mlp";

    /// <summary>The run or checkpoint to start from, as an absolute path. Null: a new network.</summary>
    public string? From { get; init; }

    /// <summary>The layers that stay as they are, or <c>backbone</c>.</summary>
    public ImmutableArray<string> Freeze { get; init; } = [];

    public bool KeepHead { get; init; }

    public ImmutableArray<int> Hidden { get; init; } = [512, 256];

    /// <summary>Null: the network's usual one.</summary>
    public string? Activation { get; init; }

    public string Norm { get; init; } = "batch";

    public double Dropout { get; init; }

    /// <summary>Null: the network's own.</summary>
    public string? Initializer { get; init; }

    public double DropConnect { get; init; }

    /// <summary>A name of <see cref="TrainOptions.WeightKinds"/>.</summary>
    public string Weights { get; init; } = TrainOptions.StoredWeights;

    public double StochasticDepth { get; init; }

    public string Optimizer { get; init; } = "sgd";

    /// <summary>Null: the optimizer's usual rate.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Null: 0.9.</summary>
    public double? Momentum { get; init; }

    public bool Nesterov { get; init; }

    /// <summary>Null: 0.0005 for sgd, the usual one of other optimizers.</summary>
    public double? WeightDecay { get; init; }

    public double L1 { get; init; }

    /// <summary>Null: no bound.</summary>
    public double? MaximumNorm { get; init; }

    public int BatchSize { get; init; } = 128;

    /// <summary>Batches per step.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>Whether accumulated batches are normalised together.</summary>
    public bool ExactStatistics { get; init; }

    /// <summary>0: what suits the table's size.</summary>
    public int Epochs { get; init; } = 15;

    public long? Steps { get; init; }

    public string Schedule { get; init; } = "cosine";

    /// <summary>Null: the usual one of the target.</summary>
    public string? Loss { get; init; }

    /// <summary>Null: the usual ones of the target.</summary>
    public ImmutableArray<string>? Metrics { get; init; }

    public double LabelSmoothing { get; init; }

    /// <summary>Null: no bound.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Null: no bound.</summary>
    public double? ClipValue { get; init; }

    /// <summary>Null: no bound.</summary>
    public double? ClipAdaptive { get; init; }

    /// <summary>What the average of the weights keeps of itself. Null: no average.</summary>
    public double? AverageDecay { get; init; }

    /// <summary>Batches over which the final statistics are measured. Null: the recipe's, else none.</summary>
    public int? Recalibrate { get; init; }

    /// <summary>Null: ordinary backpropagation through the whole network.</summary>
    public string? Decoupled { get; init; }

    /// <summary>Null: what suits the samples.</summary>
    public string? Augmentation { get; init; }

    /// <summary>Null: the test samples are seen once.</summary>
    public string? Views { get; init; }

    /// <summary>Null: no mixing.</summary>
    public double? Mixup { get; init; }

    /// <summary>Null: no mixing.</summary>
    public double? CutMix { get; init; }

    /// <summary>Null: the size that all images of a folder have.</summary>
    public int? ImageSize { get; init; }

    /// <summary>The column of a table to foretell. Null: the data are no table.</summary>
    public string? Target { get; init; }

    /// <summary>Null: by the target's values.</summary>
    public string? Task { get; init; }

    public ImmutableArray<string> Categories { get; init; } = [];

    public ImmutableArray<string> Ignored { get; init; } = [];

    public bool Binarize { get; init; }

    /// <summary>Null: 5,000, or a tenth of a small dataset.</summary>
    public int? Validation { get; init; }

    public int? Patience { get; init; }

    public ulong Seed { get; init; }

    public bool Smoke { get; init; }

    public int Overfit { get; init; }

    public string ToJson() => JsonLine.ToText(json =>
    {
        json.WriteString("program", "evenkeel train");
        if (Recipe is not null) json.WriteString("recipe", Recipe);
        json.WriteString("dataset", Dataset);
        if (Data is not null) json.WriteString("data", Data);
        json.WriteString("model", Model);
        if (From is not null) json.WriteString("from", From);
        WriteTexts(json, "freeze", Freeze);
        if (KeepHead) json.WriteBoolean("keep_head", true);
        json.WriteStartArray("hidden");
        foreach (var size in Hidden) json.WriteNumberValue(size);
        json.WriteEndArray();
        if (Activation is not null) json.WriteString("activation", Activation);
        json.WriteString("norm", Norm);
        json.WriteNumber("dropout", Dropout);
        if (Initializer is not null) json.WriteString("init", Initializer);
        if (DropConnect > 0) json.WriteNumber("dropconnect", DropConnect);
        if (Weights != TrainOptions.StoredWeights) json.WriteString("weights", Weights);
        if (StochasticDepth > 0) json.WriteNumber("stochastic_depth", StochasticDepth);
        json.WriteString("optimizer", Optimizer);
        if (LearningRate is { } rate) json.WriteNumber("lr", rate);
        if (Momentum is { } momentum) json.WriteNumber("momentum", momentum);
        if (WeightDecay is { } decay) json.WriteNumber("weight_decay", decay);
        if (L1 > 0) json.WriteNumber("l1", L1);
        if (MaximumNorm is { } length) json.WriteNumber("max_norm", length);
        json.WriteNumber("batch_size", BatchSize);
        if (Accumulate > 1) json.WriteNumber("accumulate", Accumulate);
        if (ExactStatistics) json.WriteBoolean("exact_statistics", true);
        json.WriteNumber("epochs", Epochs);
        if (Steps is { } steps) json.WriteNumber("steps", steps);
        json.WriteString("schedule", Schedule);
        json.WriteBoolean("nesterov", Nesterov);
        json.WriteNumber("label_smoothing", LabelSmoothing);
        if (Loss is not null) json.WriteString("loss", Loss);
        if (Metrics is { } metrics) WriteTexts(json, "metrics", metrics);
        if (ClipNorm is { } norm) json.WriteNumber("clip_norm", norm);
        if (ClipValue is { } value) json.WriteNumber("clip_value", value);
        if (ClipAdaptive is { } share) json.WriteNumber("clip_adaptive", share);
        if (AverageDecay is { } average) json.WriteNumber("ema", average);
        if (Recalibrate is { } batches) json.WriteNumber("recalibrate", batches);
        if (Mixup is { } mixup) json.WriteNumber("mixup", mixup);
        if (CutMix is { } cutMix) json.WriteNumber("cutmix", cutMix);
        if (Decoupled is not null) json.WriteString("decoupled", Decoupled);
        if (Augmentation is not null) json.WriteString("augment", Augmentation);
        if (Views is not null) json.WriteString("views", Views);
        if (ImageSize is { } side) json.WriteNumber("image_size", side);
        if (Target is not null) json.WriteString("target", Target);
        if (Task is not null) json.WriteString("task", Task);
        WriteTexts(json, "category", Categories);
        WriteTexts(json, "ignore", Ignored);
        json.WriteBoolean("binarize", Binarize);
        if (Validation is { } validation) json.WriteNumber("validation", validation);
        if (Patience is { } patience) json.WriteNumber("patience", patience);
        json.WriteNumber("seed", Seed);
        json.WriteBoolean("smoke", Smoke);
        json.WriteNumber("overfit", Overfit);
    });

    /// <summary>Reads the settings out of a run's <c>config.json</c>.</summary>
    public static TrainSettings OfRun(string folder, string configuration)
    {
        try
        {
            using var document = JsonDocument.Parse(configuration);
            if (!document.RootElement.TryGetProperty("caller", out var json) || json.ValueKind != JsonValueKind.Object || Text(json, "program") != "evenkeel train")
                throw CliErrors.NotOurRun(folder, "its config.json does not say that `evenkeel train` started it");
            return new TrainSettings
            {
                Recipe = Text(json, "recipe"),
                Views = Text(json, "views"),
                Dataset = json.GetProperty("dataset").GetString()!,
                Data = Text(json, "data"),
                Model = json.GetProperty("model").GetString()!,
                From = Text(json, "from"),
                Freeze = Texts(json, "freeze"),
                KeepHead = json.TryGetProperty("keep_head", out _),
                Hidden = [.. json.GetProperty("hidden").EnumerateArray().Select(static size => size.GetInt32())],
                Activation = Text(json, "activation"),
                Norm = json.GetProperty("norm").GetString()!,
                Dropout = json.GetProperty("dropout").GetDouble(),
                Initializer = Text(json, "init"),
                Loss = Text(json, "loss"),
                Metrics = json.TryGetProperty("metrics", out _) ? Texts(json, "metrics") : null,
                DropConnect = Number(json, "dropconnect") ?? 0,
                Weights = Text(json, "weights") ?? TrainOptions.StoredWeights,
                StochasticDepth = Number(json, "stochastic_depth") ?? 0,
                Optimizer = json.GetProperty("optimizer").GetString()!,
                LearningRate = Number(json, "lr"),
                Momentum = Number(json, "momentum"),
                WeightDecay = Number(json, "weight_decay"),
                L1 = Number(json, "l1") ?? 0,
                MaximumNorm = Number(json, "max_norm"),
                BatchSize = json.GetProperty("batch_size").GetInt32(),
                Accumulate = json.TryGetProperty("accumulate", out var accumulate) ? accumulate.GetInt32() : 1,
                ExactStatistics = json.TryGetProperty("exact_statistics", out _),
                Epochs = json.GetProperty("epochs").GetInt32(),
                Steps = json.TryGetProperty("steps", out var steps) ? steps.GetInt64() : null,
                Schedule = json.GetProperty("schedule").GetString()!,
                Nesterov = json.GetProperty("nesterov").GetBoolean(),
                LabelSmoothing = json.GetProperty("label_smoothing").GetDouble(),
                ClipNorm = Number(json, "clip_norm"),
                ClipValue = Number(json, "clip_value"),
                ClipAdaptive = Number(json, "clip_adaptive"),
                AverageDecay = Number(json, "ema"),
                Recalibrate = json.TryGetProperty("recalibrate", out var recalibrate) ? recalibrate.GetInt32() : null,
                Mixup = Number(json, "mixup"),
                CutMix = Number(json, "cutmix"),
                Decoupled = Text(json, "decoupled"),
                Augmentation = Text(json, "augment"),
                ImageSize = json.TryGetProperty("image_size", out var side) ? side.GetInt32() : null,
                Target = Text(json, "target"),
                Task = Text(json, "task"),
                Categories = Texts(json, "category"),
                Ignored = Texts(json, "ignore"),
                Binarize = json.GetProperty("binarize").GetBoolean(),
                Validation = json.TryGetProperty("validation", out var validation) ? validation.GetInt32() : null,
                Patience = json.TryGetProperty("patience", out var patience) ? patience.GetInt32() : null,
                Seed = json.GetProperty("seed").GetUInt64(),
                Smoke = json.GetProperty("smoke").GetBoolean(),
                Overfit = json.GetProperty("overfit").GetInt32(),
            };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw CliErrors.NotOurRun(folder, string.Create(CultureInfo.InvariantCulture, $"its config.json is damaged ({error.Message.TrimEnd('.')})"));
        }
    }

    private static double? Number(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetDouble() : null;

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static ImmutableArray<string> Texts(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? [.. value.EnumerateArray().Select(static item => item.GetString()!)] : [];

    private static void WriteTexts(Utf8JsonWriter json, string name, ImmutableArray<string> texts)
    {
        if (texts.IsEmpty) return;
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
