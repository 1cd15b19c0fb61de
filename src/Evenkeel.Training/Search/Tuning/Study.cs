using System.Collections.Immutable;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Training.Search.Tuning;

/// <summary>A search for good settings: asks for trials, learns what they gave, and keeps all of it in a journal that several processes may share.</summary>
/// <remarks>
/// <para>The objective is made small. A trial's values are a function of seed, number and the trials before it, so one process gives the same search however often it is interrupted; several processes differ by who finishes first.</para>
/// <para>A trial whose process ended on this machine is taken up again, from its beginning; of other machines' processes nothing is known, and their trials are left to them. A study belongs to one thread at a time; any number of studies and processes may share a journal.</para>
/// </remarks>
/// <example><code>
/// var study = Study.Open("search.jsonl", SearchSpace.Load("space.json"), new StudyOptions { Trials = 50 });
/// study.Minimize((trial, report) => Train(trial.Real("lr"), trial.Text("optimizer"), report));
/// Console.WriteLine(study.Best);
/// </code></example>
public sealed class Study
{
    // A space of few choices gives the same values again; so many draws look for new ones.
    private const int MostDraws = 64;

    private readonly StudyJournal _journal;
    private readonly ISampler _sampler;
    private readonly IPruner _pruner;
    private readonly string _header;

    private Study(string path, SearchSpace space, StudyOptions options)
    {
        options.Check();
        (Space, Options) = (space, options);
        _sampler = SamplerTable.Create(options.Sampler);
        _pruner = PrunerTable.Create(options.Pruner);
        _header = StudyJournal.Header(space, options);
        _journal = new StudyJournal(path, space);
    }

    /// <summary>What is varied.</summary>
    public SearchSpace Space { get; }

    /// <summary>How the search goes about it.</summary>
    public StudyOptions Options { get; }

    /// <summary>The journal's file.</summary>
    public string Path => _journal.Path;

    /// <summary>All trials as they were when the journal was last looked at: after every call of this study.</summary>
    public IReadOnlyList<StudyTrial> Trials => _journal.Trials;

    /// <summary>The complete trial with the lowest result, the first of equals; null while there is none.</summary>
    public StudyTrial? Best => Trials.Where(static trial => trial.State == TrialState.Complete).OrderBy(static trial => trial.Value).ThenBy(static trial => trial.Number).FirstOrDefault();

    /// <summary>Begins a search, or goes on with the one that the journal holds.</summary>
    /// <param name="journal">The journal's file; its folder must exist.</param>
    /// <param name="space">What is varied.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="TrainingException">EK0461, EK0462, EK0463: the journal is damaged, of another search, or cannot be written. EK0464, EK0465: an option.</exception>
    public static Study Open(string journal, SearchSpace space, StudyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(journal);
        ArgumentNullException.ThrowIfNull(space);
        var study = new Study(journal, space, options ?? new StudyOptions());
        study.Refresh();
        return study;
    }

    /// <summary>Looks at what other processes wrote.</summary>
    public void Refresh() => _journal.Hold(_header, static _ => 0);

    /// <summary>Takes a trial: one whose process ended, or a new one.</summary>
    /// <returns>The trial, to be ended with <see cref="Complete"/>, <see cref="Prune"/> or <see cref="Fail"/>; null where all are taken or nothing new is left to try.</returns>
    public StudyTrial? Ask() => _journal.Hold(_header, append =>
    {
        var lost = Trials.FirstOrDefault(static trial => trial.State == TrialState.Running && trial.Worker.HasEnded());
        var number = lost?.Number ?? Trials.Count;
        if (lost is null && number >= Options.Trials) return null;
        if ((lost?.Values ?? Draw(number)) is not { } values) return null;
        append(StudyJournal.Start(number, Space, values, TrialWorker.Here));
        return Trials[number];
    });

    /// <summary>Tells what a running trial has reached.</summary>
    /// <param name="number">The trial.</param>
    /// <param name="step">When, rising: an epoch, for instance.</param>
    /// <param name="value">The objective then; one that is not finite counts as a reason to give up and is not kept.</param>
    /// <returns>Whether the trial should be given up: end it with <see cref="Prune"/> then.</returns>
    /// <exception cref="TrainingException">EK0466: the trial is not running.</exception>
    public bool Report(int number, int step, double value) => _journal.Hold(_header, append =>
    {
        CheckRunning(number);
        if (!double.IsFinite(value)) return true;
        append(StudyJournal.Report(number, new TrialReport(step, value)));
        return _pruner.ShouldPrune(Trials[number], Trials);
    });

    /// <summary>Ends a trial with its result; one that is not finite makes it a failure.</summary>
    /// <param name="number">The trial.</param>
    /// <param name="value">The result, lower is better.</param>
    /// <exception cref="TrainingException">EK0466: the trial is not running.</exception>
    public void Complete(int number, double value)
    {
        if (double.IsFinite(value)) End(number, TrialState.Complete, value, null);
        else End(number, TrialState.Failed, null, "the result is not finite");
    }

    /// <summary>Ends a trial that was given up; its last report is its value.</summary>
    /// <param name="number">The trial.</param>
    /// <exception cref="TrainingException">EK0466: the trial is not running.</exception>
    public void Prune(int number) => End(number, TrialState.Pruned, Trials[number].Reports is { Count: > 0 } reports ? reports[^1].Value : null, null);

    /// <summary>Ends a trial that broke.</summary>
    /// <param name="number">The trial.</param>
    /// <param name="problem">What happened.</param>
    /// <exception cref="TrainingException">EK0466: the trial is not running.</exception>
    public void Fail(int number, string problem) => End(number, TrialState.Failed, null, problem);

    /// <summary>Works on trials until none is left.</summary>
    /// <param name="objective">Gives a trial's result, lower is better. The function that it gets takes step and value on the way and tells whether to give up; then whatever the objective returns is not looked at.</param>
    /// <param name="ended">Told of each trial that this study ended; null for nobody.</param>
    /// <param name="cancellation">Takes no further trial. A trial that it interrupts by <see cref="OperationCanceledException"/> stays running, to be taken up again.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Minimize(Func<StudyTrial, Func<int, double, bool>, double> objective, Action<StudyTrial>? ended = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Ask() is not { } trial) return;
            var givenUp = false;
            try
            {
                var value = objective(trial, (step, reported) => givenUp |= Report(trial.Number, step, reported));
                if (givenUp) Prune(trial.Number);
                else Complete(trial.Number, value);
            }
            catch (EvenkeelException error)
            {
                // Settings that break a training are an answer too.
                Fail(trial.Number, error.Message);
            }

            ended?.Invoke(Trials[trial.Number]);
        }
    }

    private void End(int number, TrialState state, double? value, string? problem) => _journal.Hold(_header, append =>
    {
        CheckRunning(number);
        append(StudyJournal.End(number, state, value, problem));
        return 0;
    });

    private void CheckRunning(int number)
    {
        if (number < 0 || number >= Trials.Count || Trials[number].State != TrialState.Running || Trials[number].Worker != TrialWorker.Here) throw TuneErrors.NotRunning(number);
    }

    private ImmutableArray<double>? Draw(int number)
    {
        for (var draw = 0; draw < MostDraws; draw++)
        {
            // Later draws are random ones: the same density would give the same values again.
            ISampler sampler = draw == 0 ? _sampler : new RandomSampler();
            var values = sampler.Suggest(Space, number, Trials, new RandomStream(Options.Seed, draw == 0 ? "tune" : TrainingErrors.Invariant($"tune{draw}")));
            if (!Trials.Any(trial => trial.Values.SequenceEqual(values))) return values;
        }

        return null;
    }
}
