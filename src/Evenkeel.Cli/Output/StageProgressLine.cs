using System.Text;
using Evenkeel.Lab.Experiments;

namespace Evenkeel.Cli.Output;

/// <summary>Shows how far an experiment is: a bar that is drawn over on a live terminal, plain lines at growing distances elsewhere. The first report is shown at once.</summary>
internal sealed class StageProgressLine(string claim, TextWriter writer, bool isLive, int width, TimeProvider clock) : IProgress<ExperimentProgress>
{
    private const int BarWidth = 24;
    private static readonly TimeSpan LiveDistance = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan FirstDistance = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestDistance = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private string _stage = "";
    private long _stageBegan;
    private long _shown;
    private long _doneBefore;
    private int _drawn;
    private TimeSpan _distance = isLive ? LiveDistance : FirstDistance;

    public void Report(ExperimentProgress value)
    {
        lock (_gate)
        {
            var isFirst = value.Stage != _stage;
            if (isFirst) (_stage, _stageBegan, _doneBefore) = (value.Stage, clock.GetTimestamp(), value.Done);
            if (!isFirst && value.Done < value.Total && clock.GetElapsedTime(_shown) < _distance) return;
            _shown = clock.GetTimestamp();
            Show(ToText(claim, value, Remaining(value)));
        }
    }

    /// <summary>Ends the line that was drawn over.</summary>
    public void Finish()
    {
        lock (_gate)
        {
            if (_drawn > 0) writer.WriteLine();
            writer.Flush();
            _drawn = 0;
        }
    }

    internal static string ToText(string claim, ExperimentProgress value, TimeSpan? remaining)
    {
        var share = value.Total == 0 ? 1 : (double)value.Done / value.Total;
        var full = (int)(share * BarWidth);
        var text = new StringBuilder().Append('[').Append('=', full).Append(' ', BarWidth - full).Append(']');
        text.Append(Words.Invariant($" {share * 100,3:F0}%  {claim}  {value.Stage}"));
        if (remaining is { } time) text.Append(Words.Invariant($"  {Words.Time(time)} left"));
        return text.ToString();
    }

    private void Show(string line)
    {
        if (!isLive)
        {
            writer.WriteLine(line);
            writer.Flush();
            _distance = TimeSpan.FromTicks(Math.Min(LongestDistance.Ticks, _distance.Ticks * 3 / 2));
            return;
        }

        if (line.Length >= width) line = line[..(width - 1)];
        writer.Write('\r' + line.PadRight(_drawn));
        writer.Flush();
        _drawn = line.Length;
    }

    private TimeSpan? Remaining(ExperimentProgress value)
    {
        // Finished runs of an earlier sitting are counted at once and say nothing about speed.
        var here = value.Done - _doneBefore;
        return here <= 0 || value.Done >= value.Total ? null : clock.GetElapsedTime(_stageBegan) * ((double)(value.Total - value.Done) / here);
    }
}
