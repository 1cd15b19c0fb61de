using System.Collections.Immutable;
using Evenkeel.Numerics.Packs;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Engine;

/// <summary>How a plan is compiled. None of it changes what is computed; width alone changes rounding.</summary>
public sealed record PlanOptions
{
    /// <summary>The most samples of one run; every count from 1 on runs. Default 256.</summary>
    public int Capacity { get; init; } = 256;

    /// <summary>Threads, the caller included; 0 for all cores (default). Ignored where <see cref="Team"/> is given.</summary>
    public int Threads { get; init; }

    /// <summary>A team to share between plans that never run at the same time; the plan does not dispose it.</summary>
    public WorkTeam? Team { get; init; }

    /// <summary>The pack width in bits: 512, 256, 128 or 32; 0 for the widest that the hardware has (default).</summary>
    public int Width { get; init; }

    /// <summary>The seed of the random streams (dropout). Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Names of passes to leave out, for comparisons. Default none.</summary>
    public ImmutableHashSet<string> DisabledPasses { get; init; } = [];

    internal int ResolvedWidth => Width == 0 ? PackWidths.Widest : Width;
}
