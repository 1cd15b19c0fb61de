using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Runs;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Lab.Trials;

/// <summary>Two LSTMs at different clocks that count what comes in a stream of digits: one ticks in every step, the other in every T-th and hears from the first alone; <see cref="TwoClocks"/> has the task.</summary>
/// <remarks>
/// Series: <c>step</c>, how many digits every sequence had seen at each checkpoint; <c>fast_loss</c>, <c>fast_accuracy</c>, <c>slow_loss</c>, <c>slow_accuracy</c> of the reports on test digits then, and <c>loss</c>, the sum of both losses;
/// <c>refused</c>, the updates that were not finite; <c>cosines</c> of predicted gradients and what they should have been, of the fast network's state, the slow one's, and the message, over the last updates.
/// </remarks>
public sealed record TwoClockTrial : Trial
{
    private const int ReportEvery = 10;

    /// <summary>T, how many steps of the fast network a step of the slow one takes; T^2 digits are a sequence.</summary>
    public required int Period { get; init; }

    /// <summary>Whether both networks learn once per sequence, by backpropagation through both; else each in every step of its own.</summary>
    public bool Together { get; init; }

    /// <summary>Whether gradients that come later are predicted, where networks learn in every step; else they are zero. Default no.</summary>
    public bool Synthetic { get; init; }

    /// <summary>Whether the module that predicts the message's gradient sees the slow network's label too. Default no.</summary>
    public bool Conditioned { get; init; }

    /// <summary>What a predicted gradient is multiplied by where it is used. Default 1.</summary>
    public float Share { get; init; } = 1;

    /// <summary>Units of each LSTM, of the layer before the first one, and of a module's hidden layer. Default 64.</summary>
    public int Units { get; init; } = 64;

    /// <summary>Numbers of a message. Default 16.</summary>
    public int Message { get; init; } = 16;

    /// <summary>Sequences side by side. Default 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The rate of Adam. Default 0.001.</summary>
    public float Rate { get; init; } = 0.001f;

    /// <summary>How many batches of sequences.</summary>
    public required int Batches { get; init; }

    /// <summary>How often the networks are tested, the end included. Default 10.</summary>
    public int Checkpoints { get; init; } = 10;

    /// <summary>Batches of test sequences. Default 10.</summary>
    public int TestBatches { get; init; } = 10;

    /// <summary>Of first weights and digits.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Digits of a sequence.</summary>
    public int Steps => Period * Period;

    /// <inheritdoc/>
    public override string Dataset => Mnist.Name;

    /// <inheritdoc/>
    public override long Work => Batches;

    /// <inheritdoc/>
    public override RunKey Key => new RunKey("two-clocks", 1).Add("period", Period).Add("together", Together).Add("synthetic", Synthetic).Add("conditioned", Conditioned).Add("share", Share).Add("units", Units).Add("message", Message)
        .Add("batch_size", BatchSize).Add("rate", Rate).Add("batches", Batches).Add("checkpoints", Checkpoints).Add("test_batches", TestBatches).Add("seed", Seed);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double[]> Run(TrialContext context)
    {
        var (training, test) = (context.Data!.Training, context.Data.Test);
        using var clocks = new TwoClocks(this, training.Shape.Length);
        var (stream, held) = (new RandomStream(Seed, "digits to count"), new RandomStream(Seed, "digits to test"));
        List<double> steps = [];
        List<ClockScores> scores = [];
        var reported = 0;
        for (var batch = 1; batch <= Batches; batch++)
        {
            clocks.Run(training, Draw(training, stream, batch), learns: true, new ClockScores());
            if (batch * Checkpoints / Batches > (batch - 1) * Checkpoints / Batches)
            {
                steps.Add((double)batch * Steps);
                scores.Add(new ClockScores());
                for (var i = 0; i < TestBatches; i++) clocks.Run(test, Draw(test, held, i), learns: false, scores[^1]);
            }

            if (batch % ReportEvery != 0 && batch != Batches) continue;
            context.Advance(batch - reported);
            reported = batch;
        }

        return new Dictionary<string, double[]>(StringComparer.Ordinal)
        {
            ["step"] = [.. steps],
            ["loss"] = [.. scores.Select(static score => score.Fast.Loss + score.Slow.Loss)],
            ["fast_loss"] = [.. scores.Select(static score => score.Fast.Loss)],
            ["fast_accuracy"] = [.. scores.Select(static score => score.Fast.Accuracy)],
            ["slow_loss"] = [.. scores.Select(static score => score.Slow.Loss)],
            ["slow_accuracy"] = [.. scores.Select(static score => score.Slow.Accuracy)],
            ["refused"] = [clocks.Refused],
            ["cosines"] = clocks.Cosines,
        };
    }

    private int[] Draw(Dataset data, RandomStream stream, int batch) => [.. Enumerable.Range(0, BatchSize * Steps).Select(i => (int)(stream.Word((ulong)i, (ulong)batch) % (uint)data.Count))];
}
