using System.Text.Json;
using Evenkeel.Optimization.Schedules;

namespace Evenkeel.Training.Checkpoints;

/// <summary>Where a fit stands: everything besides tensors that it needs to go on to the same bits.</summary>
internal sealed class TrainingState
{
    private const int None = -1;
    private const string ScheduleKey = "schedule";

    /// <summary>Steps tried, skipped ones included: indexes data and randomness.</summary>
    public long Attempt { get; set; }

    /// <summary>Steps committed: indexes schedules.</summary>
    public long Commit { get; set; }

    /// <summary>The epoch of the next batch, from 0.</summary>
    public int Epoch { get; set; }

    /// <summary>The next batch within its epoch, from 0.</summary>
    public int Batch { get; set; }

    /// <summary>Epochs whose end was reported.</summary>
    public int ClosedEpochs { get; set; }

    /// <summary>The attempt after which the last validation ran; -1 before the first.</summary>
    public long ValidatedAt { get; set; } = None;

    public long Skipped { get; set; }

    public int ConsecutiveSkips { get; set; }

    /// <summary>Sums over the committed steps of the running epoch.</summary>
    public double EpochLoss { get; set; }

    public long EpochCorrect { get; set; }

    public long EpochSamples { get; set; }

    public long Samples { get; set; }

    /// <summary>The mean loss of the last closed epoch.</summary>
    public double? ClosedLoss { get; set; }

    /// <summary>Time in the fit, and in its steps alone, over all sessions.</summary>
    public double Seconds { get; set; }

    public double StepSeconds { get; set; }

    /// <summary>The attempt of the best validation; -1 while there is none.</summary>
    public long BestAt { get; set; } = None;

    public int BestEpoch { get; set; }

    public double BestLoss { get; set; }

    public double BestAccuracy { get; set; }

    /// <summary>Validations since the last improvement.</summary>
    public int Waits { get; set; }

    /// <summary>What the schedule remembers of validations.</summary>
    public ScheduleMemory Schedule { get; set; }

    public bool StoppedEarly { get; set; }

    public bool OutOfTime { get; set; }

    /// <summary>A callback asked for the end.</summary>
    public bool Stopped { get; set; }

    public bool HasBest => BestAt != None;

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("attempt", Attempt);
        json.WriteNumber("commit", Commit);
        json.WriteNumber("epoch", Epoch);
        json.WriteNumber("batch", Batch);
        json.WriteNumber("closed_epochs", ClosedEpochs);
        json.WriteNumber("validated_at", ValidatedAt);
        json.WriteNumber("skipped", Skipped);
        json.WriteNumber("consecutive_skips", ConsecutiveSkips);
        json.WriteNumber("epoch_loss", EpochLoss);
        json.WriteNumber("epoch_correct", EpochCorrect);
        json.WriteNumber("epoch_samples", EpochSamples);
        json.WriteNumber("samples", Samples);
        if (ClosedLoss is { } loss) json.WriteNumber("closed_loss", loss);
        json.WriteNumber("seconds", Seconds);
        json.WriteNumber("step_seconds", StepSeconds);
        json.WriteNumber("best_at", BestAt);
        json.WriteNumber("best_epoch", BestEpoch);
        if (HasBest)
        {
            json.WriteNumber("best_loss", BestLoss);
            json.WriteNumber("best_accuracy", BestAccuracy);
        }

        json.WriteNumber("waits", Waits);
        if (Schedule != default)
        {
            json.WriteStartObject(ScheduleKey);
            json.WriteNumber("reductions", Schedule.Reductions);
            if (Schedule.Best is { } best) json.WriteNumber("best", best);
            json.WriteNumber("stalls", Schedule.Stalls);
            json.WriteNumber("cooldown", Schedule.Cooldown);
            json.WriteEndObject();
        }

        json.WriteBoolean("stopped_early", StoppedEarly);
        json.WriteBoolean("out_of_time", OutOfTime);
        json.WriteBoolean("stopped", Stopped);
        json.WriteEndObject();
    }

    public static TrainingState Read(JsonElement json)
    {
        var state = new TrainingState
        {
            Attempt = json.GetProperty("attempt").GetInt64(),
            Commit = json.GetProperty("commit").GetInt64(),
            Epoch = json.GetProperty("epoch").GetInt32(),
            Batch = json.GetProperty("batch").GetInt32(),
            ClosedEpochs = json.GetProperty("closed_epochs").GetInt32(),
            ValidatedAt = json.GetProperty("validated_at").GetInt64(),
            Skipped = json.GetProperty("skipped").GetInt64(),
            ConsecutiveSkips = json.GetProperty("consecutive_skips").GetInt32(),
            EpochLoss = json.GetProperty("epoch_loss").GetDouble(),
            EpochCorrect = json.GetProperty("epoch_correct").GetInt64(),
            EpochSamples = json.GetProperty("epoch_samples").GetInt64(),
            Samples = json.GetProperty("samples").GetInt64(),
            ClosedLoss = json.TryGetProperty("closed_loss", out var loss) ? loss.GetDouble() : null,
            Seconds = json.GetProperty("seconds").GetDouble(),
            StepSeconds = json.GetProperty("step_seconds").GetDouble(),
            BestAt = json.GetProperty("best_at").GetInt64(),
            BestEpoch = json.GetProperty("best_epoch").GetInt32(),
            Waits = json.GetProperty("waits").GetInt32(),
            Schedule = json.TryGetProperty(ScheduleKey, out var memory)
                ? new ScheduleMemory(memory.GetProperty("reductions").GetInt32(), memory.TryGetProperty("best", out var best) ? best.GetDouble() : null, memory.GetProperty("stalls").GetInt32(), memory.GetProperty("cooldown").GetInt32())
                : default,
            StoppedEarly = json.GetProperty("stopped_early").GetBoolean(),
            OutOfTime = json.GetProperty("out_of_time").GetBoolean(),
            Stopped = json.GetProperty("stopped").GetBoolean(),
        };
        if (state.HasBest) (state.BestLoss, state.BestAccuracy) = (json.GetProperty("best_loss").GetDouble(), json.GetProperty("best_accuracy").GetDouble());
        if (state.Attempt < 0 || state.Commit < 0 || state.Commit > state.Attempt || state.Epoch < 0 || state.Batch < 0) throw new FormatException("the counters contradict each other");
        return state;
    }
}
