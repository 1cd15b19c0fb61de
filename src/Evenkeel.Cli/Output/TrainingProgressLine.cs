using System.Text;
using Evenkeel.Training;

namespace Evenkeel.Cli.Output;

/// <summary>Shows how far a fit is: a bar that is drawn over on a live terminal, plain lines at growing distances elsewhere.</summary>
/// <remarks>Called on the training thread, about ten times a second; there is no thread of its own beside the worker team.</remarks>
internal sealed class TrainingProgressLine(TextWriter writer, bool isLive, int width, TimeProvider clock) : IProgress<TrainingProgress>
{
    private const int BarWidth = 24;
    private static readonly TimeSpan FirstDistance = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDistance = TimeSpan.FromSeconds(10);

    private TimeSpan _distance = FirstDistance;
    private long _last;
    private int _drawn;
    private long _lastStep = -1;

    public void Report(TrainingProgress value)
    {
        if (isLive)
        {
            var line = ToText(value);
            if (line.Length >= width) line = line[..(width - 1)];
            writer.Write('\r' + line.PadRight(_drawn));
            writer.Flush();
            _drawn = line.Length;
            return;
        }

        var isLast = value.Step == value.TotalSteps;
        if (_last != 0 && !isLast && clock.GetElapsedTime(_last) < _distance) return;
        if (value.Step == _lastStep && value.ValidationAccuracy is null) return;
        if (_last != 0) _distance = TimeSpan.FromTicks(Math.Min(LongestDistance.Ticks, _distance.Ticks * 3 / 2));
        _last = clock.GetTimestamp();
        _lastStep = value.Step;
        writer.WriteLine(ToText(value));
        writer.Flush();
    }

    /// <summary>Ends the line that was drawn over.</summary>
    public void Finish()
    {
        if (!isLive || _drawn == 0) return;
        writer.WriteLine();
        writer.Flush();
        _drawn = 0;
    }

    internal static string ToText(in TrainingProgress value)
    {
        var share = value.TotalSteps == 0 ? 1 : (double)value.Step / value.TotalSteps;
        var text = new StringBuilder();
        var full = (int)(share * BarWidth);
        text.Append('[').Append('=', full).Append(' ', BarWidth - full).Append(']');
        text.Append(Words.Invariant($" {share * 100,3:F0}%  epoch {value.Epoch}/{value.TotalEpochs}  step {value.Step}/{value.TotalSteps}  loss {value.Loss:F4}"));
        if (value.ValidationAccuracy is { } accuracy) text.Append(Words.Invariant($"  validation {Words.Percent(accuracy)}"));
        else if (value.ValidationLoss is { } loss) text.Append(Words.Invariant($"  validation loss {loss:F4}"));
        if (value.SamplesPerSecond > 0) text.Append(Words.Invariant($"  {Words.Rate(value.SamplesPerSecond)} samples/s"));
        if (value.Remaining is { } remaining) text.Append(Words.Invariant($"  {Words.Time(remaining)} left"));
        return text.ToString();
    }
}
