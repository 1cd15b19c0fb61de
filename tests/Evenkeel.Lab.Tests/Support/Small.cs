using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Experiments;
using Evenkeel.Lab.Runs;

namespace Evenkeel.Lab.Tests.Support;

/// <summary>A few made-up samples under every dataset's name, so that experiments run in moments.</summary>
internal static class Small
{
    public static DatasetParts Digits { get; } = Glyphs.Load(training: 240, test: 60);

    public static ExperimentContext Smoke(int threads = 1, RunStore? store = null, int? seeds = null, IProgress<ExperimentProgress>? progress = null, CancellationToken cancellation = default) =>
        new(static _ => Digits, Budget.Smoke, seeds, threads, store, progress, cancellation);
}
