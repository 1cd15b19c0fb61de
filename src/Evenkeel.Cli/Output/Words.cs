using System.Globalization;

namespace Evenkeel.Cli.Output;

/// <summary>Numbers as people read them, in the invariant culture.</summary>
internal static class Words
{
    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Percent(double share) => share.ToString("P2", CultureInfo.InvariantCulture).Replace(" %", "%", StringComparison.Ordinal);

    public static string Number(double number) => number.ToString("G5", CultureInfo.InvariantCulture);

    public static string Rate(double perSecond) => perSecond >= 9.995e5 ? Invariant($"{perSecond / 1e6:F2}M") : perSecond >= 999.5 ? Invariant($"{perSecond / 1e3:F0}k") : Invariant($"{perSecond:F0}");

    public static string Time(TimeSpan time) => time.TotalHours >= 1 ? Invariant($"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}") : Invariant($"{time.Minutes}:{time.Seconds:00}");

    public static string Bytes(long bytes) => bytes < 1 << 10 ? Invariant($"{bytes} B") : bytes < 1 << 20 ? Invariant($"{bytes / 1024.0:F1} KB") : Invariant($"{bytes / 1048576.0:F1} MB");
}
