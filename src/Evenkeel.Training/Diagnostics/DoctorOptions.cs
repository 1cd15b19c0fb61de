using System.Collections.Immutable;

namespace Evenkeel.Training.Diagnostics;

/// <summary>How the doctor examines.</summary>
public sealed record DoctorOptions
{
    /// <summary>Codes to leave out. Default none.</summary>
    public ImmutableHashSet<string> Without { get; init; } = [];

    /// <summary>Checks of your own, after those of <see cref="CheckTable"/>. Default none.</summary>
    public ImmutableArray<Check> With { get; init; } = [];

    /// <summary>The most samples of a probe's held batch, at least 2. Default 256: sampling then moves a mean by about a sixteenth of a deviation.</summary>
    public int ProbeSamples { get; init; } = 256;

    /// <summary>Threads, the caller included; 0 (default) for all cores.</summary>
    public int Threads { get; init; }

    /// <summary>The pack width in bits; 0 (default) for the widest of the hardware.</summary>
    public int Width { get; init; }
}
