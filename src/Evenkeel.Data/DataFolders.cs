namespace Evenkeel.Data;

/// <summary>Where data files are looked for and kept.</summary>
public static class DataFolders
{
    /// <summary>The environment variable that names a folder of data: <c>EVENKEEL_DATA</c>.</summary>
    public const string EnvironmentVariable = "EVENKEEL_DATA";

    /// <summary>The user's cache folder for Evenkeel: under <c>$XDG_CACHE_HOME</c> or <c>~/.cache</c>, <c>~/Library/Caches</c> on macOS, <c>%LOCALAPPDATA%</c> on Windows. It need not exist.</summary>
    public static string Cache
    {
        get
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            if (home.Length == 0) home = Path.GetTempPath();
            var root = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
                : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } cache && Path.IsPathRooted(cache) ? cache
                : Path.Combine(home, ".cache");
            return Path.Combine(root, "evenkeel");
        }
    }

    /// <summary>The value of <see cref="EnvironmentVariable"/>; null where it is not set.</summary>
    public static string? FromEnvironment => Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } folder ? folder : null;
}
