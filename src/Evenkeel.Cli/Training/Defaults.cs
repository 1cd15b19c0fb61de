using System.Collections.Immutable;
using Evenkeel.Data.Augmentation;
using Evenkeel.Data.Datasets;

namespace Evenkeel.Cli.Training;

/// <summary>What a run takes where its command line says nothing: it depends on the network and on the samples.</summary>
internal static class Defaults
{
    /// <summary>The network of fully connected layers; those that read sequences apart, all others are convolutional.</summary>
    public const string Perceptron = "mlp";

    /// <summary>Networks that read a sample step by step.</summary>
    public static IReadOnlyList<string> Recurrent { get; } = ["rnn", "lstm", "gru"];

    /// <summary>The network of attention, which reads all steps at once.</summary>
    public const string Transformer = "transformer";

    /// <summary>Its blocks.</summary>
    public static ImmutableArray<int> TransformerBlocks { get; } = [64, 64];

    /// <summary>Samples per step of a table.</summary>
    public const int TableBatch = 64;

    /// <summary>Units of the hidden layers for a table.</summary>
    public static ImmutableArray<int> TableHidden { get; } = [64, 32];

    private const int TableSteps = 3_000;
    private const int LeastTableEpochs = 10;
    private const int MostTableEpochs = 200;
    private const string PhotoModel = "resnet20";
    private const int MostValidation = 5_000;
    private const int PhotoBatch = 64;
    private const int ColourChannels = 3;
    private const int RecurrentUnits = 128;
    private const int SequenceEpochs = 5;

    /// <summary>The settings to start from.</summary>
    /// <param name="dataset">What is trained on; null for the default.</param>
    /// <param name="model">The network; null for the dataset's usual one.</param>
    /// <param name="recipe">A recipe by name; null for that of the network.</param>
    public static TrainSettings For(string? dataset, string? model, string? recipe = null)
    {
        if (RecipeTable.Find(recipe)?.Settings is { } whole) return whole with { Dataset = dataset ?? whole.Dataset, Model = model ?? whole.Model };
        var settings = new TrainSettings();
        settings = settings with { Dataset = dataset ?? settings.Dataset };
        settings = settings with { Model = model ?? (settings.Dataset is Cifar10.Name or Cifar100.Name ? PhotoModel : settings.Model) };
        if (Tables.Is(settings.Dataset)) return settings with { Hidden = TableHidden, BatchSize = TableBatch, Epochs = 0 };
        // Adam keeps the scale of steps whatever the length of the path through time.
        if (ReadsSequences(settings))
        {
            settings = settings with { Hidden = [RecurrentUnits], Optimizer = "adam", BatchSize = PhotoBatch, Epochs = SequenceEpochs };
            return settings.Model == Transformer ? settings with { Hidden = TransformerBlocks, Norm = "layer" } : settings;
        }

        // He et al., arXiv 1512.03385, section 4.2, with Nesterov's look-ahead, five times its decay, a cosine and half its batch for so short a run.
        return settings.Model == Perceptron ? settings : settings with { Epochs = 30, Nesterov = true, BatchSize = PhotoBatch };
    }

    private static bool ReadsSequences(TrainSettings settings) => settings.Model == Transformer || Recurrent.Contains(settings.Model);

    private static bool IsConvolutional(TrainSettings settings) => settings.Model != Perceptron && !ReadsSequences(settings);

    /// <summary>Which augmentation suits the samples: crops and alternating flips of colour photographs for networks that see places, none of digits and for others.</summary>
    public static string Augmentation(TrainSettings settings, SampleShape shape) =>
        settings.Overfit == 0 && IsConvolutional(settings) && shape.Rank == 3 && shape.Channels == ColourChannels ? "crop-alternate" : AugmentationTable.None;

    /// <summary>Passes over a table: about as many steps for every size.</summary>
    public static int TableEpochs(int samples, int batchSize) => (int)Math.Clamp((long)TableSteps * batchSize / samples, LeastTableEpochs, MostTableEpochs);

    /// <summary>How many samples to hold out: half as many from convolutional networks, which feel the lack of every photograph.</summary>
    public static int Validation(TrainSettings settings, int samples)
    {
        var usual = Math.Min(MostValidation, samples / 10);
        return IsConvolutional(settings) ? usual / 2 : usual;
    }
}
