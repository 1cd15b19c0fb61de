using System.Collections.Immutable;
using System.CommandLine;
using Evenkeel.Cli.Output;
using Evenkeel.Cli.Parsing;
using Evenkeel.Data.Augmentation;
using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Normalization;
using Evenkeel.Layers;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.Numerics.Activations;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Optimization.Schedules;
using Evenkeel.Training.Decoupled;
using Evenkeel.Training.Evaluation;
using Evenkeel.Training.Metrics;

namespace Evenkeel.Cli.Training;

/// <summary>The options of <c>train</c> that decide what is computed; <c>inspect</c> shares those about the model.</summary>
internal sealed class TrainOptions
{
    /// <summary>The kind of weights that products use as they are stored.</summary>
    public const string StoredWeights = "none";

    private const string On = "on";

    private static readonly TrainSettings Default = new();

    private const string Exact = "exact";

    private const string Keep = "keep";

    private static readonly string[] Heads = ["new", Keep];

    private static readonly string[] Switch = ["off", On];

    private static readonly string[] Statistics = [Exact, "averaged"];

    /// <summary>The kinds of weights by name.</summary>
    public static ImmutableArray<string> WeightKinds { get; } = [.. Enum.GetNames<WeightReparametrization>().Select(static name => name.ToLowerInvariant())];

    public Argument<string?> Dataset { get; } = new("dataset")
    {
        Description = $"A name [{string.Join('|', DatasetTable.Names)}] or a folder with four IDX files or with images in a subfolder per class, or a CSV file with --target; default {Default.Dataset}.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Option<string?> Recipe { get; } = Options.Name("--recipe", $"Network and all other settings together; further options change them. {string.Join("; ", RecipeTable.All.Select(static recipe => $"{recipe.Name}: {recipe.Summary}"))}", static () => RecipeTable.Names);

    public Option<string?> Model { get; } = Options.Name("--model", $"The network; default resnet20 for cifar10 and cifar100, {Default.Model} otherwise", static () => ModelTable.Names);

    public Option<ImmutableArray<int>?> Hidden { get; } = Options.Sizes("--hidden", $"Units of the hidden layers of mlp, 'none' for a linear model, and of rnn, lstm and gru, by default 128, and of the blocks of transformer, by default 64,64; default {string.Join(',', Default.Hidden)}, {string.Join(',', Defaults.TableHidden)} for tables.", mayBeEmpty: true);

    public Option<string?> Activation { get; } = Options.Name("--activation", "The nonlinearity; default the network's usual one", static () => ActivationTable.Names);

    public Option<string?> Norm { get; } = Options.Name("--norm", $"What normalises before every nonlinearity; default {Default.Norm}, layer for transformer", static () => NormTable.Names);

    public Option<string?> Weights { get; } = Options.Name("--weights", "What products and convolutions use in place of their stored weights, with --norm or without; default none", static () => WeightKinds);

    public Option<double?> Dropout { get; } = Options.Number("--dropout", "The share that dropout drops behind every nonlinearity; default 0.", 0, 1);

    public Option<string?> Initializer { get; } = Options.Name("--init", "The first weights of all layers; default the network's own", static () => NamedInitializers.Names);

    public Option<double?> DropConnect { get; } = Options.Number("--dropconnect", "The share of weights that every sample drops in the hidden layers of mlp; default 0.", 0, 1);

    public Option<double?> StochasticDepth { get; } = Options.Number("--stochastic-depth", "The share of samples for which the last block of a ResNet is skipped in training, earlier blocks less; default 0.", 0, 1);

    public Option<string?> Optimizer { get; } = Options.Name("--optimizer", $"How weights follow gradients; default {Default.Optimizer}, adam for rnn, lstm, gru and transformer", static () => OptimizerTable.Names);

    public Option<double?> LearningRate { get; } = Options.Number("--lr", "The highest learning rate; default 0.1 for sgd with batch normalisation, 0.01 without, 0.001 for others.", 0, isOpen: true);

    public Option<double?> Momentum { get; } = Options.Number("--momentum", "Momentum of sgd, beta1 of adam and adamw; default 0.9.", 0, 1);

    public Option<string?> Nesterov { get; } = Options.Name("--nesterov", "Whether momentum of sgd looks ahead; default on for convolutional networks, off for mlp", static () => Switch);

    public Option<double?> WeightDecay { get; } = Options.Number("--weight-decay", "Weight decay; default 0.0005 for sgd and lookahead, 0 for adam, 0.01 for adamw. Biases, gamma and beta do not decay.", 0);

    public Option<double?> L1 { get; } = Options.Number("--l1", "The factor of an L1 penalty on the weights that decay; default 0.", 0);

    public Option<double?> MaximumNorm { get; } = Options.Number("--max-norm", "The greatest length of the weights that come into a unit or filter, kept after every step; 2 to 4 are usual with dropout; default no bound.", 0, isOpen: true);

    public Option<int?> BatchSize { get; } = Options.Integer("--batch-size", $"Samples per step; default {Default.BatchSize}, {Defaults.TableBatch} for tables and convolutional networks.", 1, 1 << 20);

    public Option<int?> Accumulate { get; } = Options.Integer("--accumulate", "Batches whose gradients make one step, with the memory of one batch; default 1.", 1, 1 << 20);

    public Option<string?> AccumulateStatistics { get; } = Options.Name("--accumulate-statistics", "What batch normalisation sees of them: exact as one large batch, by further runs; averaged each by itself; default averaged", static () => Statistics);

    public Option<int?> Epochs { get; } = Options.Integer("--epochs", $"Passes over the training samples; default {Default.Epochs} for mlp, 5 for rnn, lstm, gru and transformer, 30 for convolutional networks, 10 to 200 for tables, by their size.", 1);

    public Option<long?> Steps { get; } = Options.Long("--steps", "Steps, instead of epochs.", 1);

    public Option<string?> Schedule { get; } = Options.Name("--schedule", $"The learning rate over the run; plateau heeds the held-out samples; default {Default.Schedule}, with warm-up", static () => ScheduleTable.Names);

    public Option<string?> Loss { get; } = Options.Name("--loss", "What training makes small; default softmax_cross_entropy for classes, mean_squared_error for numbers", static () => LossTable.Names);

    public Option<ImmutableArray<string>?> Metrics { get; } = Options.NamesOf("--metrics", "What else validation and test measure; default r2, root_mean_squared_error and mean_absolute_error for numbers, nothing for classes", static () => MetricTable.Names);

    public Option<double?> LabelSmoothing { get; } = Options.Number("--label-smoothing", "The share of the target that all classes divide evenly while training; default 0.", 0, 1);

    public Option<double?> ClipNorm { get; } = Options.Number("--clip-norm", "Shorten all gradients together to at most this norm; default no bound.", 0, isOpen: true);

    public Option<double?> ClipAdaptive { get; } = Options.Number("--clip-adaptive", "Bound the gradient of every unit by this share of the length of its weights, 0.01 is usual; default no bound.", 0, isOpen: true);

    public Option<double?> ClipValue { get; } = Options.Number("--clip-value", "Bound every gradient by this magnitude; default no bound.", 0, isOpen: true);

    public Option<double?> AverageDecay { get; } = Options.Number("--ema", "Validate and keep a running average of the weights that keeps this share of itself per step, such as 0.999, with statistics measured for it; default no average.", 0, 1, isOpen: true);

    public Option<int?> Recalibrate { get; } = Options.Integer("--recalibrate", $"Training batches over which the population statistics of the final weights are measured, in place of running ones (and of the average with --ema, 32 by default); default 0 for none{string.Concat(RecipeTable.All.Select(static recipe => Words.Invariant($", {recipe.RecalibrationBatches} for the recipe {recipe.Name}")))}.", 0);

    public Option<string?> Decoupled { get; } = Options.Name("--decoupled", "Train every layer with weights by itself, dni and cdni by synthetic gradients; default ordinary backpropagation", static () => DecouplingTable.Names);

    public Option<string?> Augmentation { get; } = Options.Name("--augment", "Random changes of training images; default crop-alternate for colour images and convolutional networks, none otherwise", static () => AugmentationTable.Names);

    public Option<double?> Mixup { get; } = Options.Number("--mixup", "Mix training samples in pairs, with shares from Beta(X, X); X above 0 and at most 1, 0.2 is usual; default none.", 0, isOpen: true);

    public Option<double?> CutMix { get; } = Options.Number("--cutmix", "Put a rectangle of another image into training images, with shares from Beta(X, X); X above 0 and at most 1, 1 is usual; default none.", 0, isOpen: true);

    public Option<string?> Views { get; } = Options.Name("--views", "Views in which the test images are seen, their logits averaged; default none", static () => TestViews.Names);

    public Option<int?> ImageSize { get; } = Commands.Shared.ImageSize();

    public Option<string?> Target { get; } = Options.Text("--target", "The column of a table to foretell.", "COLUMN");

    public Option<string?> Task { get; } = Options.Name("--task", "Whether a table's target is a class or a number; default by its values", static () => Tables.TaskNames);

    public Option<ImmutableArray<string>?> Categories { get; } = Options.Names("--category", "Columns of a table whose numbers are codes.");

    public Option<ImmutableArray<string>?> Ignored { get; } = Options.Names("--ignore", "Columns of a table to leave out.");

    public Option<bool> Binarize { get; } = Options.Flag("--binarize", "Make pixels above half of their range 1 and the others 0.");

    public Option<int?> Validation { get; } = Options.Integer("--validation", "Training samples to hold out; default 5,000, or a tenth of a small dataset, half of that for convolutional networks; 0 for none.", 0);

    public Option<int?> Patience { get; } = Options.Integer("--patience", "Stop after so many validations without improvement; default never.", 1);

    public Option<ulong?> Seed { get; } = Options.Seed("--seed", "Decides first weights, order, hold-out and dropout; default 0.");

    public Option<bool> Smoke { get; } = Options.Flag("--smoke", "Two steps, one batch of validation and of test: do all parts fit?");

    public Option<int?> Overfit { get; } = Options.Integer("--overfit", "Train on so many samples without hold-out: can the model learn at all?", 1);

    public Option<string?> From { get; } = Options.Text("--from", "Start from the network and the values of a run or checkpoint, with a new last layer for this dataset.", "DIR|FILE");

    public Option<ImmutableArray<string>?> Freeze { get; } = Options.Names("--freeze", "Layers of --from that stay as they are, batch normalisation on its running statistics; backbone for all but the last one.");

    public Option<string?> Head { get; } = Options.Name("--head", "Whether --from makes the last layer new or keeps it; default new", static () => Heads);

    /// <summary>What <c>train</c> alone has: the network comes from a checkpoint.</summary>
    public IEnumerable<Option> OfTransfer => [From, Freeze, Head];

    public IEnumerable<Option> OfModel => [Model, Hidden, Activation, Norm, Weights, Dropout, DropConnect, StochasticDepth, Initializer, BatchSize, Seed];

    public IEnumerable<Option> All =>
        [
            Recipe, Model, Hidden, Activation, Norm, Weights, Dropout, DropConnect, StochasticDepth, Initializer, Optimizer, LearningRate, Momentum, Nesterov, WeightDecay, L1, MaximumNorm, BatchSize, Accumulate, AccumulateStatistics, Epochs, Steps, Schedule, Loss, Metrics, LabelSmoothing, ClipNorm, ClipValue, ClipAdaptive, AverageDecay, Recalibrate, Decoupled,
            Augmentation, Mixup, CutMix, Views, ImageSize, Target, Task, Categories, Ignored, Binarize, Validation, Patience, Seed, Smoke, Overfit,
        ];

    /// <summary>Whether a command line says anything about what is computed.</summary>
    public bool AreGiven(ParseResult parsed) => parsed.GetValue(Dataset) is not null || All.Concat(OfTransfer).Any(option => parsed.GetResult(option) is { Implicit: false });

    /// <summary>The settings of a command line, on top of given ones.</summary>
    public TrainSettings Apply(ParseResult parsed, TrainSettings settings)
    {
        if (parsed.GetResult(Epochs) is not null && parsed.GetResult(Steps) is not null) throw CliErrors.Contradiction("evenkeel train", "--epochs", "--steps", "Give one of them.");
        if (parsed.GetValue(Patience) is not null && parsed.GetValue(Validation) == 0) throw CliErrors.Contradiction("evenkeel train", "--patience", "--validation 0", "Early stopping watches the held-out samples.");
        string[] clips = [.. new Option<double?>[] { ClipNorm, ClipValue, ClipAdaptive }.Where(option => parsed.GetValue(option) is not null).Select(static option => option.Name)];
        if (clips.Length > 1) throw CliErrors.Contradiction("evenkeel train", clips[0], clips[1], "Give one of them.");
        if (parsed.GetValue(Mixup) is not null && parsed.GetValue(CutMix) is not null) throw CliErrors.Contradiction("evenkeel train", "--mixup", "--cutmix", "Give one of them.");
        if (parsed.GetValue(LabelSmoothing) is > 0 && parsed.GetValue(Loss) is { } loss && loss != TrainSetup.ClassLoss) throw CliErrors.Contradiction("evenkeel train", "--label-smoothing", $"--loss {loss}", $"Smoothed labels belong to {TrainSetup.ClassLoss}.");
        var from = parsed.GetValue(From) is { } path ? Path.GetFullPath(path) : settings.From;
        if (from is null)
        {
            foreach (var option in (ReadOnlySpan<Option>)[Freeze, Head])
            {
                if (parsed.GetResult(option) is not null) throw CliErrors.Contradiction("evenkeel train", option.Name, "a network made new", "Name the run or checkpoint to start from with --from.");
            }
        }
        else
        {
            foreach (var option in (ReadOnlySpan<Option>)[Recipe, Model, Hidden, Activation, Norm, Weights, Dropout, DropConnect, StochasticDepth, Initializer])
            {
                if (parsed.GetResult(option) is not null) throw CliErrors.Contradiction("evenkeel train", "--from", option.Name, "The network is that of the checkpoint.");
            }
        }

        return ApplyToModel(parsed, settings) with
        {
            From = from,
            Freeze = parsed.GetValue(Freeze) ?? settings.Freeze,
            KeepHead = parsed.GetValue(Head) is { } head ? head == Keep : settings.KeepHead,
            Dataset = parsed.GetValue(Dataset) ?? settings.Dataset,
            Model = parsed.GetValue(Model) ?? settings.Model,
            Optimizer = parsed.GetValue(Optimizer) ?? settings.Optimizer,
            LearningRate = parsed.GetValue(LearningRate) ?? settings.LearningRate,
            Momentum = parsed.GetValue(Momentum) ?? settings.Momentum,
            Nesterov = parsed.GetValue(Nesterov) is { } nesterov ? nesterov == On : settings.Nesterov,
            WeightDecay = parsed.GetValue(WeightDecay) ?? settings.WeightDecay,
            L1 = parsed.GetValue(L1) ?? settings.L1,
            MaximumNorm = parsed.GetValue(MaximumNorm) ?? settings.MaximumNorm,
            Accumulate = parsed.GetValue(Accumulate) ?? settings.Accumulate,
            ExactStatistics = parsed.GetValue(AccumulateStatistics) is { } statistics ? statistics == Exact : settings.ExactStatistics,
            Epochs = parsed.GetValue(Epochs) ?? settings.Epochs,
            Steps = parsed.GetValue(Steps) ?? (parsed.GetResult(Epochs) is null ? settings.Steps : null),
            Schedule = parsed.GetValue(Schedule) ?? settings.Schedule,
            Loss = parsed.GetValue(Loss) ?? settings.Loss,
            Metrics = parsed.GetValue(Metrics) ?? settings.Metrics,
            LabelSmoothing = parsed.GetValue(LabelSmoothing) ?? settings.LabelSmoothing,
            ClipNorm = parsed.GetValue(ClipNorm) ?? settings.ClipNorm,
            ClipValue = parsed.GetValue(ClipValue) ?? settings.ClipValue,
            ClipAdaptive = parsed.GetValue(ClipAdaptive) ?? settings.ClipAdaptive,
            AverageDecay = parsed.GetValue(AverageDecay) ?? settings.AverageDecay,
            Recalibrate = parsed.GetValue(Recalibrate) ?? settings.Recalibrate,
            Decoupled = parsed.GetValue(Decoupled) ?? settings.Decoupled,
            Augmentation = parsed.GetValue(Augmentation) ?? settings.Augmentation,
            Mixup = parsed.GetValue(Mixup) ?? settings.Mixup,
            CutMix = parsed.GetValue(CutMix) ?? settings.CutMix,
            Views = parsed.GetValue(Views) ?? settings.Views,
            ImageSize = parsed.GetValue(ImageSize) ?? settings.ImageSize,
            Target = parsed.GetValue(Target) ?? settings.Target,
            Task = parsed.GetValue(Task) ?? settings.Task,
            Categories = parsed.GetValue(Categories) ?? settings.Categories,
            Ignored = parsed.GetValue(Ignored) ?? settings.Ignored,
            Binarize = parsed.GetValue(Binarize) || settings.Binarize,
            Validation = parsed.GetValue(Validation) ?? settings.Validation,
            Patience = parsed.GetValue(Patience) ?? settings.Patience,
            Smoke = parsed.GetValue(Smoke) || settings.Smoke,
            Overfit = parsed.GetValue(Overfit) ?? settings.Overfit,
        };
    }

    /// <summary>Those of a command line that describe the network and its batches.</summary>
    public TrainSettings ApplyToModel(ParseResult parsed, TrainSettings settings) => settings with
    {
        Hidden = parsed.GetValue(Hidden) ?? settings.Hidden,
        Activation = parsed.GetValue(Activation) ?? settings.Activation,
        Norm = parsed.GetValue(Norm) ?? settings.Norm,
        Dropout = parsed.GetValue(Dropout) ?? settings.Dropout,
        Initializer = parsed.GetValue(Initializer) ?? settings.Initializer,
        Weights = parsed.GetValue(Weights) ?? settings.Weights,
        DropConnect = parsed.GetValue(DropConnect) ?? settings.DropConnect,
        StochasticDepth = parsed.GetValue(StochasticDepth) ?? settings.StochasticDepth,
        BatchSize = parsed.GetValue(BatchSize) ?? settings.BatchSize,
        Seed = parsed.GetValue(Seed) ?? settings.Seed,
    };
}
