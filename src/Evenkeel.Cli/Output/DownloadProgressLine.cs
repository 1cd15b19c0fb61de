using Evenkeel.Data.Readers;

namespace Evenkeel.Cli.Output;

/// <summary>Shows how far a download is: a line that is drawn over on a live terminal, a line per tenth elsewhere.</summary>
internal sealed class DownloadProgressLine(TextWriter writer, bool isLive) : IProgress<DownloadProgress>
{
    private int _shown = -1;

    public void Report(DownloadProgress value)
    {
        var percent = value.BytesTotal == 0 ? 100 : (int)(100 * value.BytesReceived / value.BytesTotal);
        var step = isLive ? percent : percent / 10;
        if (step == _shown) return;
        _shown = step;
        var text = Words.Invariant($"downloading {value.File}: {percent}% of {Words.Bytes(value.BytesTotal)}");
        if (isLive) writer.Write('\r' + text.PadRight(60) + (percent == 100 ? Environment.NewLine : ""));
        else writer.WriteLine(text);
        writer.Flush();
    }
}
