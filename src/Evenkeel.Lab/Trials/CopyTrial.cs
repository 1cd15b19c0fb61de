using Evenkeel.Engine;
using Evenkeel.Lab.Runs;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Lab.Trials;

/// <summary>An LSTM that sees N random bits and then says them again, once or R times, trained by backpropagation through windows of a few time steps; what lies behind a window's end is left out, or predicted.</summary>
/// <remarks>
/// With synthetic gradients the state at the end of a window gets the gradient that a module predicts from it; what backpropagation gives for the first state of the next window is what the module should have said (Jaderberg et al. 2016, section 2.1).
/// <see cref="CopySequence"/> has the tasks; sequences get longer when the mean over <see cref="Averaged"/> batches falls below <see cref="SolvedBits"/> bits per step that is asked for. Adam moves network and module.
/// Series: <c>solved_at</c>, after how many windows the lengths of <c>lengths</c> were solved; <c>solved</c>, the longest one; <c>bits</c> of the newest batches; <c>refused</c>, the updates that were not finite; <c>cosine</c> of predicted gradients and what they should have been, over the last windows, 0 without a module.
/// </remarks>
public sealed record CopyTrial : Trial
{
    /// <summary>A length is solved at so many bits per step; guessing has 1.</summary>
    public const double SolvedBits = 0.15;

    /// <summary>Over so many batches.</summary>
    public const int Averaged = 20;

    private const int ReportEvery = 200;

    /// <summary>Whether the bits are to be said R times, N and R growing by turns; else once. Default no.</summary>
    public bool Repeats { get; init; }

    /// <summary>Time steps of a window, through which gradients are backpropagated.</summary>
    public required int Window { get; init; }

    /// <summary>Whether the gradient behind a window's end is predicted; else it is zero. Default no.</summary>
    public bool Synthetic { get; init; }

    /// <summary>Whether, with predicted gradients, the auxiliary task of <see cref="WindowLearner"/> is learnt too. Default no.</summary>
    public bool Auxiliary { get; init; }

    /// <summary>What a predicted gradient is multiplied by where it is used. Default 1.</summary>
    public float Share { get; init; } = 1;

    /// <summary>Units of the LSTM, and of the module's hidden layer. Default 64.</summary>
    public int Units { get; init; } = 64;

    /// <summary>Sequences per batch. Default 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The rate of Adam. Default 0.003.</summary>
    public float Rate { get; init; } = 0.003f;

    /// <summary>How many windows, each of them an update.</summary>
    public required int Windows { get; init; }

    /// <summary>Of first weights and bits.</summary>
    public required ulong Seed { get; init; }

    /// <inheritdoc/>
    public override long Work => Windows;

    /// <inheritdoc/>
    public override RunKey Key => Auxiliary ? Settings.Add("auxiliary", Auxiliary) : Settings;

    // What came later stands in the key where it is used, so that the keys of older runs stay.
    private RunKey Settings => new RunKey(Repeats ? "repeat-copy" : "copy", 1).Add("window", Window).Add("synthetic", Synthetic).Add("share", Share).Add("units", Units).Add("batch_size", BatchSize).Add("rate", Rate).Add("windows", Windows).Add("seed", Seed);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double[]> Run(TrialContext context)
    {
        var sequence = new CopySequence(1, Repeats ? 1 : 0);
        var sizes = new WindowSizes(Window, sequence.Features, sequence.Outputs, Units, BatchSize);
        using var learner = new WindowLearner("window", sizes, new WindowRule(Synthetic, Share, Rate) { Auxiliary = Auxiliary }, Seed, new PlanOptions { Capacity = BatchSize, Threads = 1, Seed = Seed });
        var random = new RandomStream(Seed, "bits to copy");
        List<double> solvedAt = [], lengths = [];
        var recent = new Queue<double>();
        var (windows, reported, batch) = (0, 0, 0UL);
        while (windows < Windows)
        {
            var bits = Enumerable.Range(0, BatchSize * sequence.Bits).Select(i => (int)(random.Word((ulong)i, batch) & 1)).ToArray();
            batch++;
            recent.Enqueue(Learn(learner, bits, sequence, ref windows));
            if (recent.Count > Averaged) recent.Dequeue();
            if (recent.Count == Averaged && recent.Average() < SolvedBits)
            {
                solvedAt.Add(windows);
                lengths.Add(sequence.Length);
                recent.Clear();
                sequence = sequence.Longer;
            }

            if (windows - reported < ReportEvery) continue;
            context.Advance(windows - reported);
            reported = windows;
        }

        return new Dictionary<string, double[]>(StringComparer.Ordinal)
        {
            ["solved_at"] = [.. solvedAt],
            ["lengths"] = [.. lengths],
            ["solved"] = [lengths.LastOrDefault()],
            ["bits"] = [recent.Count == 0 ? SolvedBits : recent.Average()],
            ["refused"] = [learner.Refused],
            ["cosine"] = [learner.Cosine],
        };
    }

    /// <summary>Goes through one batch of sequences, window by window, and learns in each.</summary>
    /// <returns>Bits per step that was asked for.</returns>
    private double Learn(WindowLearner learner, int[] bits, CopySequence sequence, ref int windows)
    {
        var count = (sequence.Steps + Window - 1) / Window;
        var nats = 0.0;
        learner.Begin();
        for (var w = 0; w < count; w++, windows++)
        {
            var network = learner.Window;
            network.ClearInputs();
            for (var n = 0; n < BatchSize; n++)
            {
                for (var t = 0; t < Window; t++) sequence.Show((w * Window) + t, bits.AsSpan(n * sequence.Bits, sequence.Bits), network.Inputs(n, t));
            }

            learner.Forward();
            for (var n = 0; n < BatchSize; n++)
            {
                for (var t = 0; t < Window; t++) nats += Judge(network, sequence, bits.AsSpan(n * sequence.Bits, sequence.Bits), n, t, (w * Window) + t);
            }

            learner.Learn(isLast: w == count - 1);
        }

        return nats / (Math.Log(2) * BatchSize * sequence.Asked);
    }

    /// <summary>Leaves the loss's gradient where the backward pass begins.</summary>
    /// <returns>The loss of a step in nats.</returns>
    private double Judge(RecurrentWindow network, CopySequence sequence, ReadOnlySpan<int> bits, int sample, int t, int step)
    {
        var nats = 0.0;
        for (var output = 0; output < sequence.Outputs; output++)
        {
            if (sequence.Answer(step, output, bits) is not { } bit) continue;
            var logit = network.Outputs(sample, t)[output];
            nats += Math.Max(logit, 0) - (logit * bit) + Math.Log(1 + Math.Exp(-Math.Abs(logit)));
            network.OutputGradients(sample, t)[output] = ((1 / (1 + MathF.Exp(-logit))) - bit) / BatchSize;
        }

        return nats;
    }
}
