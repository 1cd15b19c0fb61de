using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Experiments;

namespace Evenkeel.Lab.Runs;

/// <summary>Runs trials, as many at a time as there are threads, one thread each: small networks are faster side by side than one after another on all cores.</summary>
internal sealed class RunQueue(RunStore store, Func<string, DatasetParts> load, int threads, IProgress<ExperimentProgress>? progress)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (DatasetParts Parts, string Fingerprint)> _data = new(StringComparer.Ordinal);

    /// <summary>The seconds of all trials that were asked for, those of earlier sittings included.</summary>
    public double TrialSeconds { get; private set; }

    public DatasetParts Data(string name) => Load(name).Parts;

    /// <summary>The results in the order of the trials.</summary>
    public RunResult[] Run(string stage, IReadOnlyList<Trial> trials, CancellationToken cancellation)
    {
        var results = new RunResult?[trials.Count];
        var keys = trials.Select(KeyOf).ToArray();
        long done = 0;
        var total = trials.Sum(static trial => trial.Work);
        void Report(long steps) => progress?.Report(new(stage, Interlocked.Add(ref done, steps), total));

        Report(0);
        var waiting = new Queue<int>();
        var begun = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < trials.Count; i++)
        {
            results[i] = store.Find(keys[i]);
            if (results[i] is not null) Report(trials[i].Work);
            else if (begun.Add(keys[i].ToString())) waiting.Enqueue(i);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Exception? failure = null;
        void Work()
        {
            while (true)
            {
                int index;
                lock (waiting)
                {
                    if (failure is not null || !waiting.TryDequeue(out index)) return;
                }

                try
                {
                    var trial = trials[index];
                    var clock = Stopwatch.StartNew();
                    var data = trial.Dataset.Length == 0 ? null : Data(trial.Dataset);
                    var series = trial.Run(new TrialContext(data, steps => Report(steps), stop.Token));
                    results[index] = new RunResult(series, clock.Elapsed.TotalSeconds);
                    store.Save(keys[index], results[index]!);
                }
                catch (Exception error)
                {
                    lock (waiting) failure ??= error;
                    stop.Cancel();
                    return;
                }
            }
        }

        // The calling thread is one of the workers; the others end by themselves when nothing waits.
        var others = Enumerable.Range(1, Math.Min(threads, waiting.Count) - 1 is > 0 and var more ? more : 0).Select(_ => Task.Run(Work, CancellationToken.None)).ToArray();
        Work();
        Task.WaitAll(others, CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        for (var i = 0; i < trials.Count; i++) results[i] ??= store.Find(keys[i]);
        TrialSeconds += results.Sum(static result => result!.Seconds);
        return results!;
    }

    private RunKey KeyOf(Trial trial) => trial.Dataset.Length == 0 ? trial.Key : trial.Key.Add("data", Load(trial.Dataset).Fingerprint);

    private (DatasetParts Parts, string Fingerprint) Load(string name)
    {
        lock (_gate)
        {
            if (_data.TryGetValue(name, out var known)) return known;
            var parts = load(name);
            return _data[name] = (parts, DataFingerprint.Of(parts));
        }
    }
}
