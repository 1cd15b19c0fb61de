using Evenkeel.Data;
using Evenkeel.Data.Datasets;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Records.RunFolder;
using Evenkeel.Records.RunLog;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Fitting;

namespace Evenkeel.Training;

/// <summary>Fits a model to samples: steps, validation, checkpoints, early stopping, events.</summary>
/// <remarks>
/// <para>One fit at a time: the thread that calls <see cref="Fit"/> (or the one that <see cref="FitAsync"/> starts) drives it, and callbacks and progress run there.
/// Until it returns, nobody else may write the model's values or run a plan of the model. Several trainers with models of their own may run at once; they share the machine's cores.</para>
/// <para>The same model seed, data, options and pack width give the same bits, whatever the number of threads, and a killed run resumes to the same bits.</para>
/// </remarks>
public sealed class Trainer
{
    private readonly Model _model;
    private readonly Loss _loss;
    private int _running;

    /// <summary>Creates a trainer.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="loss">What is made small.</param>
    /// <param name="options">Everything else.</param>
    /// <exception cref="TrainingException">EK0502: an option is out of its range.</exception>
    public Trainer(Model model, Loss loss, TrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        (_model, _loss, Options) = (model, loss, options);
    }

    /// <summary>The options.</summary>
    public TrainerOptions Options { get; }

    /// <summary>Trains the model; its values are the starting point and receive the result.</summary>
    /// <param name="train">The samples to train on; validation samples are held out of them.</param>
    /// <param name="test">Samples that are looked at once, at the end, with the restored weights; null for none.</param>
    /// <param name="progress">Told about ten times a second how far the fit is.</param>
    /// <param name="cancellation">Finishes the step, writes a checkpoint and returns a result that says so.</param>
    /// <exception cref="TrainingException">EK0501: too many steps were not finite. EK0503: data do not fit the model. EK0526: the first or the final checkpoint cannot be written.</exception>
    /// <exception cref="EngineException">EK1001: a batch would have one value per channel of a batch normalisation.</exception>
    /// <exception cref="Evenkeel.Records.RecordsException">EK0440, EK0441: the run folder exists or cannot be written.</exception>
    /// <exception cref="DatasetException">EK0303, EK0304, EK0310: a label or number of the data is out of range, or more samples are to be held out than there are.</exception>
    /// <exception cref="InvalidOperationException">This trainer is fitting already.</exception>
    public TrainResult Fit(Dataset train, Dataset? test = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        return Exclusively(() =>
        {
            var setup = new FitSetup(_model, _loss, Options, train, test, null, cancellation);
            var run = Options.RunFolder is { } folder ? RunDirectory.Create(folder) : null;
            run?.WriteConfiguration(FitConfiguration.WriteRun(setup));
            var log = run is null ? null : RunLogWriter.Create(run.LogPath);
            using var session = OpenSession(setup, run, log, null, progress);
            return session.Run(cancellation, null);
        });
    }

    /// <summary>Goes on with a run from its last checkpoint, to the bits of an uninterrupted run; a finished run gives its result again.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="train">The samples of the run.</param>
    /// <param name="test">The test samples of the run.</param>
    /// <param name="progress">Told about ten times a second how far the fit is.</param>
    /// <param name="cancellation">Finishes the step, writes a checkpoint and returns a result that says so.</param>
    /// <exception cref="Evenkeel.Records.RecordsException">EK0442: this is no run folder.</exception>
    /// <exception cref="InvalidOperationException">This trainer is fitting already.</exception>
    /// <exception cref="TrainingException">EK0505: model, data or options are not those of the run. EK0506: there is nothing to resume. EK0520..EK0527: a checkpoint is damaged, foreign or lost.</exception>
    public TrainResult Resume(string folder, Dataset train, Dataset? test = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(train);
        return Exclusively(() =>
        {
            var run = RunDirectory.Open(folder);
            if (!File.Exists(run.LastCheckpointPath)) throw TrainingErrors.NothingToResume(run.Path, "it has no checkpoints/last.safetensors");
            using var last = Checkpoint.Open(run.LastCheckpointPath);
            if (last.State is not { } state || last.Info.TrainerJson is not { } stored) throw TrainingErrors.NothingToResume(run.Path, "its last checkpoint was not written by a trainer");
            var setup = new FitSetup(_model, _loss, Options, train, test, last, cancellation);
            FitConfiguration.CheckSame(run.Path, stored, setup.TrainerJson);
            if (last.ModelJson != _model.Configuration) throw TrainingErrors.OtherConfiguration(run.Path, "model", _model.Configuration ?? "a model made by code", last.ModelJson ?? "a model made by code");
            if (run.ReadResult() is { } result)
            {
                using var best = Checkpoint.Open(run.BestCheckpointPath);
                best.LoadInto(_model);
                return TrainResult.Parse(result, run.Path);
            }

            var log = RunLogWriter.Append(run.LogPath);
            run.RemoveLeftovers();
            using var session = OpenSession(setup, run, log, last, progress);
            return session.Run(cancellation, new ResumedEvent(state.Attempt, Options.Clock.GetUtcNow(), "checkpoints/last.safetensors"));
        });
    }

    /// <summary>As <see cref="Fit"/>, on a thread of its own.</summary>
    /// <inheritdoc cref="Fit"/>
    public Task<TrainResult> FitAsync(Dataset train, Dataset? test = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default) =>
        Task.Factory.StartNew(() => Fit(train, test, progress, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>As <see cref="Resume"/>, on a thread of its own.</summary>
    /// <inheritdoc cref="Resume"/>
    public Task<TrainResult> ResumeAsync(string folder, Dataset train, Dataset? test = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default) =>
        Task.Factory.StartNew(() => Resume(folder, train, test, progress, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static FitSession OpenSession(FitSetup setup, RunDirectory? run, RunLogWriter? log, Checkpoint? last, IProgress<TrainingProgress>? progress)
    {
        try
        {
            return new FitSession(setup, run, log, last, progress);
        }
        catch
        {
            log?.Dispose();
            throw;
        }
    }

    private TrainResult Exclusively(Func<TrainResult> fit)
    {
        if (Interlocked.Exchange(ref _running, 1) != 0) throw new InvalidOperationException("This trainer is already fitting. Use a trainer and a model per fit that runs at the same time.");
        try
        {
            return fit();
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }
}
