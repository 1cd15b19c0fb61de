using Evenkeel.Engine;
using Evenkeel.Lab.Runs;

namespace Evenkeel.Lab.Trials;

/// <summary>An LSTM that says the next character of a text, trained by backpropagation through windows of a few characters; what lies behind a window's end is left out, or predicted.</summary>
/// <remarks>
/// The text is <see cref="CharacterCorpus"/>, cut into as many lanes as a batch has sequences; the state runs on along a lane and is zero at its beginning. Windows are those of <see cref="CopyTrial"/> (Jaderberg et al. 2016, section 2.1).
/// Series: <c>step</c>, after how many windows the text that was held out was read; <c>bits</c>, bits per character of it then; <c>refused</c>, the updates that were not finite; <c>cosine</c> of predicted gradients and what they should have been, 0 without a module.
/// </remarks>
public sealed record LanguageTrial : Trial
{
    private const int ReportEvery = 100;

    /// <summary>Characters of a window, through which gradients are backpropagated.</summary>
    public required int Window { get; init; }

    /// <summary>Whether the gradient behind a window's end is predicted; else it is zero. Default no.</summary>
    public bool Synthetic { get; init; }

    /// <summary>Whether, with predicted gradients, the auxiliary task of <see cref="WindowLearner"/> is learnt too. Default no.</summary>
    public bool Auxiliary { get; init; }

    /// <summary>What a predicted gradient is multiplied by where it is used. Default 0.1, the paper's.</summary>
    public float Share { get; init; } = 0.1f;

    /// <summary>Units of the LSTM, and of the module's hidden layer. Default 64.</summary>
    public int Units { get; init; } = 64;

    /// <summary>Lanes. Default 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The rate of Adam. Default 0.003.</summary>
    public float Rate { get; init; } = 0.003f;

    /// <summary>Characters to train on.</summary>
    public required int Characters { get; init; }

    /// <summary>Characters that are held out. Default 20,000.</summary>
    public int HeldOut { get; init; } = 20_000;

    /// <summary>How many windows, each of them an update.</summary>
    public required int Windows { get; init; }

    /// <summary>How often the text that was held out is read, the end included. Default 5.</summary>
    public int Checkpoints { get; init; } = 5;

    /// <summary>Of first weights.</summary>
    public required ulong Seed { get; init; }

    /// <inheritdoc/>
    public override long Work => Windows;

    /// <inheritdoc/>
    public override RunKey Key => Auxiliary ? Settings.Add("auxiliary", Auxiliary) : Settings;

    // As in CopyTrial: what came later.
    private RunKey Settings => new RunKey("language", 1).Add("window", Window).Add("synthetic", Synthetic).Add("share", Share).Add("units", Units).Add("batch_size", BatchSize).Add("rate", Rate)
        .Add("characters", Characters).Add("held_out", HeldOut).Add("windows", Windows).Add("checkpoints", Checkpoints).Add("seed", Seed);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double[]> Run(TrialContext context)
    {
        var (training, heldOut) = (CharacterCorpus.Text("training", Characters), CharacterCorpus.Text("held-out", HeldOut));
        var letters = CharacterCorpus.Alphabet.Length;
        using var learner = new WindowLearner("window", new WindowSizes(Window, letters, letters, Units, BatchSize), new WindowRule(Synthetic, Share, Rate) { Auxiliary = Auxiliary }, Seed, new PlanOptions { Capacity = BatchSize, Threads = 1, Seed = Seed });
        List<double> steps = [], bits = [];
        var (place, perLane, reported) = (0, WindowsOfALane(training), 0);
        for (var window = 1; window <= Windows; window++)
        {
            if (place == 0) learner.Begin();
            Read(learner, training, place * Window);
            place = (place + 1) % perLane;
            learner.Learn(isLast: place == 0);
            if (window * Checkpoints / Windows > (window - 1) * Checkpoints / Windows)
            {
                steps.Add(window);
                var resume = learner.State;
                bits.Add(BitsOf(learner, heldOut));
                learner.State = resume;
            }

            if (window % ReportEvery != 0 && window != Windows) continue;
            context.Advance(window - reported);
            reported = window;
        }

        return new Dictionary<string, double[]>(StringComparer.Ordinal) { ["step"] = [.. steps], ["bits"] = [.. bits], ["refused"] = [learner.Refused], ["cosine"] = [learner.Cosine] };
    }

    // The character behind a lane's last window must be one of the lane too.
    private int WindowsOfALane(byte[] text) => Math.Max(1, ((text.Length / BatchSize) - 1) / Window);

    /// <summary>Bits per character of a text; nothing is learned.</summary>
    private double BitsOf(WindowLearner learner, byte[] text)
    {
        var (nats, count) = (0.0, WindowsOfALane(text));
        learner.Begin();
        for (var w = 0; w < count; w++)
        {
            nats += Read(learner, text, w * Window);
            learner.Pass();
        }

        return nats / (Math.Log(2) * count * Window * BatchSize);
    }

    /// <summary>Reads a window of every lane and leaves the loss's gradient where the backward pass begins.</summary>
    /// <returns>The loss in nats, summed over all characters.</returns>
    private double Read(WindowLearner learner, byte[] text, int first)
    {
        var (network, lane) = (learner.Window, text.Length / BatchSize);
        network.ClearInputs();
        for (var n = 0; n < BatchSize; n++)
        {
            for (var t = 0; t < Window; t++) network.Inputs(n, t)[text[(n * lane) + first + t]] = 1;
        }

        learner.Forward();
        var nats = 0.0;
        for (var n = 0; n < BatchSize; n++)
        {
            for (var t = 0; t < Window; t++) nats += SoftmaxLoss.Of(network.Outputs(n, t), text[(n * lane) + first + t + 1], 1f / BatchSize, network.OutputGradients(n, t));
        }

        return nats;
    }
}
