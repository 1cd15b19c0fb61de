using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;
using Evenkeel.Lab.Runs;
using Evenkeel.Layers;
using Evenkeel.Layers.Initializers;

namespace Evenkeel.Lab.Workloads;

/// <summary>How a network of the workloads is built.</summary>
public enum Architecture
{
    /// <summary>Dense layers.</summary>
    Dense,

    /// <summary>Convolutions of 3 x 3, each followed by maximum pooling of 2 x 2, then a linear layer.</summary>
    Convolutional,

    /// <summary>Three stages of convolutions of 3 x 3 in pairs, with a way around every pair.</summary>
    Residual,

    /// <summary>The same without the ways around.</summary>
    Plain,

    /// <summary>VGG-A: eight convolutions of 3 x 3, maximum pooling of 2 x 2 behind the first, second, fourth, sixth and eighth, two dense layers; ten widths.</summary>
    Vgg,

    /// <summary>Layers of a tanh recurrence that reads images row by row, then a linear layer on the last state.</summary>
    Recurrent,

    /// <summary>The same with LSTMs.</summary>
    Lstm,
}

/// <summary>Where normalisation stands in a layer.</summary>
public enum NormPlace
{
    /// <summary>Between product and nonlinearity, as in the paper.</summary>
    BeforeActivation,

    /// <summary>Behind the nonlinearity.</summary>
    AfterActivation,
}

/// <summary>A small network as settings, of which every one is part of a run's key.</summary>
public sealed record Network
{
    private const int VggConvolutions = 8;

    /// <summary>How it is built. Default dense.</summary>
    public Architecture Architecture { get; init; }

    /// <summary>Units or filters of the hidden layers; of the three stages for residual and plain networks.</summary>
    public required ImmutableArray<int> Widths { get; init; }

    /// <summary>Pairs of convolutions per stage, for residual and plain networks alone. Default 1.</summary>
    public int Pairs { get; init; } = 1;

    /// <summary>The nonlinearity's name. Default relu.</summary>
    public string Activation { get; init; } = "relu";

    /// <summary>What normalises: a name of the table of normalisations; inside the cells of recurrent networks <c>batch-per-step</c>, <c>batch-shared</c> or <c>layer</c>. Default none.</summary>
    public string Norm { get; init; } = "none";

    /// <summary>Where it normalises. Default before the nonlinearity.</summary>
    public NormPlace Place { get; init; }

    /// <summary>The switches of batch normalisation.</summary>
    public BatchNormOptions BatchNorm { get; init; } = BatchNormOptions.Default;

    /// <summary>The first weights of networks without recurrence: <c>usual</c> (He before the relatives of ReLU, else Glorot; LeCun at the output), <c>he</c>, <c>glorot</c>, or <c>normal</c> with <see cref="Deviation"/>. Default usual.</summary>
    public string FirstWeights { get; init; } = "usual";

    /// <summary>The deviation of normal first weights.</summary>
    public float Deviation { get; init; }

    /// <summary>The probability with which dropout behind every nonlinearity drops. Default 0.</summary>
    public float Dropout { get; init; }

    /// <summary>The probability with which DropConnect drops a weight of the hidden layers, for dense networks alone. Default 0.</summary>
    public float DropConnect { get; init; }

    /// <summary>By how much fractional maximum pooling makes images smaller, in place of pooling of 2 x 2, for convolutional networks alone; 0 (default) for pooling of 2 x 2.</summary>
    public float FractionalPooling { get; init; }

    /// <summary>The probability with which the last block is skipped, earlier ones less, for residual networks alone. Default 0.</summary>
    public float StochasticDepth { get; init; }

    /// <summary>Its layers.</summary>
    /// <param name="outputs">How many numbers go out.</param>
    public Sequential Create(int outputs)
    {
        List<NamedLayer> layers = [];
        switch (Architecture)
        {
            case Architecture.Dense:
                layers.Add(("flatten", new Flatten()));
                for (var i = 0; i < Widths.Length; i++) AddHidden(layers, Name("hidden", i), Widths[i], new DenseOptions { WeightInitializer = Initializer(FirstWeights) });
                break;
            case Architecture.Convolutional:
                for (var i = 0; i < Widths.Length; i++)
                {
                    AddStage(layers, Name("conv", i), Convolution(Widths[i], 1));
                    layers.Add((Name("pool", i), FractionalPooling > 0 ? new FractionalMaxPool(FractionalPooling) : new MaxPool(2)));
                }

                layers.Add(("flatten", new Flatten()));
                break;
            case Architecture.Vgg:
                for (var i = 0; i < VggConvolutions; i++)
                {
                    AddStage(layers, Name("conv", i), Convolution(Widths[i], 1));
                    if (i is 0 || i % 2 == 1) layers.Add((Name("pool", i), new MaxPool(2)));
                }

                layers.Add(("flatten", new Flatten()));
                for (var i = VggConvolutions; i < Widths.Length; i++) AddHidden(layers, Name("hidden", i - VggConvolutions), Widths[i], new DenseOptions { WeightInitializer = Initializer(FirstWeights) });
                break;
            case Architecture.Recurrent or Architecture.Lstm:
                for (var i = 0; i < Widths.Length; i++) layers.Add((Name("hidden", i), Recurrence(i)));
                break;
            default:
                AddPairs(layers);
                break;
        }

        layers.Add(("output", new Dense(outputs, new DenseOptions { WeightInitializer = FirstWeights == "usual" ? LeCun.Normal : Initializer(FirstWeights) })));
        return new Sequential([.. layers]);
    }

    /// <summary>Adds all settings to a key.</summary>
    /// <param name="key">The key.</param>
    public RunKey AddTo(RunKey key)
    {
        key.Add("architecture", Architecture).Add("widths", Widths).Add("pairs", Pairs).Add("activation", Activation).Add("norm", Norm).Add("place", Place)
            .Add("batch_norm", Words(BatchNorm)).Add("first_weights", FirstWeights).Add("deviation", Deviation).Add("dropout", Dropout);

        // What came later stands in the key where it is used, so that the keys of older runs stay.
        if (DropConnect > 0) key.Add("drop_connect", DropConnect);
        if (FractionalPooling > 0) key.Add("fractional_pooling", FractionalPooling);
        if (StochasticDepth > 0) key.Add("stochastic_depth", StochasticDepth);
        return key;
    }

    /// <summary>The switches of batch normalisation as text, for keys.</summary>
    internal static string Words(BatchNormOptions options)
    {
        static string Word(AffineParameter parameter) => !parameter.IsPresent ? "off" : FormattableString.Invariant($"{(parameter.IsTrained ? "learnt" : "fixed")} {parameter.Initial}").TrimEnd();
        var text = FormattableString.Invariant($"epsilon {options.Epsilon}, with {options.NormalizeWith}, updates {options.UpdateRunningStatistics}, trains {options.TrainScaleAndShift}, average {options.RunningAverage}, corrected {options.BiasCorrection}, {options.VarianceEstimator}, gamma {Word(options.Scale)}, beta {Word(options.Shift)}, gradient {options.StatisticsGradient}");

        // Kinds that came later are named where they are used, so that the keys of older runs stay.
        if (options.SampleWeight > 0) text = FormattableString.Invariant($"{text}, sample's weight {options.SampleWeight}");
        return options.Divisor == BatchNormDivisor.StandardDeviation && options.Renormalization is null && options.GhostSize == 0
            ? text
            : FormattableString.Invariant($"{text}, divisor {options.Divisor}, renormalization {options.Renormalization}, ghosts {options.GhostSize}");
    }

    private static string Name(string part, int place) => FormattableString.Invariant($"{part}{place + 1}");

    private void AddHidden(List<NamedLayer> layers, string name, int units, DenseOptions options)
    {
        // Without a layer in between, DropConnect averages over the nonlinearity in evaluation, and therefore holds it.
        var holdsActivation = DropConnect > 0 && Norm == "none";
        AddStage(layers, name, DropConnect > 0 ? new DropConnect(units, DropConnect, holdsActivation ? Activation : null, options) : new Dense(units, options), holdsActivation);
    }

    /// <summary>Product, normalisation, nonlinearity, dropout.</summary>
    private void AddStage(List<NamedLayer> layers, string name, Layer product, bool holdsActivation = false)
    {
        layers.Add((name, product));
        if (Place == NormPlace.BeforeActivation) AddNorm(layers, name);
        if (!holdsActivation) layers.Add(($"{name}.activation", new Activation(Activation)));
        if (Place == NormPlace.AfterActivation) AddNorm(layers, name);
        if (Dropout > 0) layers.Add(($"{name}.dropout", new Dropout(Dropout)));
    }

    private void AddNorm(List<NamedLayer> layers, string name)
    {
        if (NormTable.Create(Norm, new NormRequest { BatchNorm = BatchNorm }) is { } norm) layers.Add(($"{name}.norm", norm));
    }

    private void AddPairs(List<NamedLayer> layers)
    {
        // The first stride of 2 makes a deep network small enough for a laptop: 16 x 16 places instead of 32 x 32.
        AddStage(layers, "stem", Convolution(Widths[0], 2));
        var channels = Widths[0];
        for (var stage = 0; stage < Widths.Length; stage++)
        {
            for (var pair = 0; pair < Pairs; pair++)
            {
                var stride = stage > 0 && pair == 0 ? 2 : 1;
                var name = FormattableString.Invariant($"stage{stage + 1}.{pair + 1}");
                List<NamedLayer> branch = [];
                AddStage(branch, "first", Convolution(Widths[stage], stride));
                branch.Add(("second", Convolution(Widths[stage], 1)));
                AddNorm(branch, "second");
                if (StochasticDepth > 0) branch.Add(("skip", new StochasticDepth(StochasticDepth * ((stage * Pairs) + pair + 1) / (Widths.Length * Pairs))));
                Layer? shortcut = channels == Widths[stage] && stride == 1 ? null : new Subsample(stride, Widths[stage]);
                layers.Add((name, Architecture == Architecture.Residual ? new Residual(new Sequential([.. branch]), shortcut) : new Sequential([.. branch])));
                layers.Add(($"{name}.activation", new Activation(Activation)));
                channels = Widths[stage];
            }
        }

        layers.Add(("mean", new GlobalAveragePool()));
    }

    private Layer Recurrence(int place)
    {
        var options = new RecurrentOptions
        {
            Output = place == Widths.Length - 1 ? RecurrentOutput.Last : RecurrentOutput.Sequence,
            Normalization = Norm switch
            {
                "batch-per-step" => RecurrentNormalization.BatchPerStep,
                "batch-shared" => RecurrentNormalization.BatchShared,
                "layer" => RecurrentNormalization.Layer,
                _ => RecurrentNormalization.None,
            },
        };
        return Architecture == Architecture.Lstm ? new Lstm(Widths[place], options) : new Rnn(Widths[place], options);
    }

    private Convolution Convolution(int filters, int stride) => new(filters, 3, new ConvolutionOptions { Padding = 1, Stride = stride, WeightInitializer = Initializer(FirstWeights) });

    private Initializer Initializer(string name) => name switch
    {
        "he" => He.Normal,
        "glorot" => Glorot.Normal,
        "normal" => new Normal(Deviation),
        _ => Activation is "relu" or "leaky_relu" or "elu" ? He.Normal : Glorot.Normal,
    };
}
