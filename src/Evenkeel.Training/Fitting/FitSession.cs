using Evenkeel.Data.Loading;
using Evenkeel.Engine;
using Evenkeel.Numerics.Work;
using Evenkeel.Records.RunFolder;
using Evenkeel.Records.RunLog;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Evaluation;

namespace Evenkeel.Training.Fitting;

/// <summary>One session of a fit, from its first state to its end or its interruption.</summary>
/// <remarks>
/// All that decides bits stands in <see cref="TrainingState"/> and in tensors. What is due between two steps (the end of an epoch, validation, stopping) is decided from the
/// state alone and before the next step, so an interruption at any place continues to the same bits.
/// </remarks>
internal sealed class FitSession : IDisposable
{
    private readonly FitSetup _setup;
    private readonly TrainerOptions _options;
    private readonly TrainingState _state;
    private readonly WorkTeam _team;
    private readonly TrainingProgram _plan;
    private readonly BatchFeeder _feeder;
    private readonly Evaluator? _validator;
    private readonly BestWeights _best;
    private readonly Recalibration _recalibration;
    private readonly AveragedModel _average;
    private readonly RunRecorder _recorder;
    private readonly CheckpointStore _checkpoints;
    private readonly FitContext _context;
    private readonly FitClock _clock;
    private readonly IProgress<TrainingProgress>? _progress;
    private long _sessionSamples;
    private long _sessionSteps;
    private long _logSamples;
    private double _logSeconds;
    private double? _validationLoss;
    private double? _validationAccuracy;

    public FitSession(FitSetup setup, RunDirectory? run, RunLogWriter? log, Checkpoint? resumed, IProgress<TrainingProgress>? progress)
    {
        _setup = setup;
        _options = setup.Options;
        _progress = progress;
        _state = resumed?.State ?? new TrainingState();
        _team = WorkTeam.Lease(_options.Threads);
        try
        {
            _plan = setup.CreateProgram(PlanOptions(setup.BatchSize));
            var loader = new Loader(setup.Training, setup.LoaderOptions);
            _feeder = new BatchFeeder(loader, _plan, _team, setup.CreateAugmenter(_team.Threads), setup.CreateMixer(_team.Threads), _options.Accumulate, _options.AccumulatedStatistics);
            _validator = setup.Validation is null ? null : new Evaluator(setup.Model, setup.Loss, _options.Metrics, PlanOptions(setup.EvaluationBatch), setup.TargetScaling);
            _recalibration = new Recalibration(setup, PlanOptions(setup.BatchSize));
            _average = new AveragedModel(setup, _plan, _recalibration);
            _best = new BestWeights(setup.Model, setup.MonitorsAccuracy, _options.EarlyStopping?.MinimumImprovement ?? 0);
            _context = new FitContext(setup, _plan, run?.Path);
            _recorder = new RunRecorder(run, log, _options.Callbacks, _context);
            _context.Recorder = _recorder;
            _checkpoints = new CheckpointStore(run is null ? null : new CheckpointWriter(setup.Model, setup.Info, _plan.Memory), _recorder, _best);
            if (resumed is not null) Load(resumed, loader, run!);
        }
        catch
        {
            _recalibration?.Dispose();
            _validator?.Dispose();
            _plan?.Dispose();
            _team.Dispose();
            throw;
        }

        _clock = new FitClock(_options.Clock, _state);
    }

    private bool AtEnd => _state.Attempt >= _setup.TotalSteps || _state.StoppedEarly || _state.OutOfTime || _state.Stopped;

    public TrainResult Run(CancellationToken cancellation, ResumedEvent? resumed)
    {
        Start(resumed);
        try
        {
            while (true)
            {
                if (!BetweenSteps(cancellation)) return Cancelled();
                if (AtEnd) return Finish(cancellation) ?? Cancelled();
                if (cancellation.IsCancellationRequested) return Cancelled();
                Step();
            }
        }
        catch (Exception error)
        {
            Fail(error);
            throw;
        }
    }

    public void Dispose()
    {
        _recorder.Dispose();
        _recalibration.Dispose();
        _validator?.Dispose();
        _plan.Dispose();
        _team.Dispose();
    }

    private PlanOptions PlanOptions(int capacity) => new() { Capacity = capacity, Team = _team, Width = _setup.Width, Seed = _options.Seed };

    private void Load(Checkpoint last, Loader loader, RunDirectory run)
    {
        if (_state.HasBest)
        {
            if (!File.Exists(run.BestCheckpointPath)) throw TrainingErrors.NoBest(run.Path, "checkpoints/best.safetensors is missing");
            using var best = Checkpoint.Open(run.BestCheckpointPath);
            if (best.State is not { } state || state.BestAt < _state.BestAt) throw TrainingErrors.NoBest(run.Path, TrainingErrors.Invariant($"checkpoints/best.safetensors is older than step {_state.BestAt}"));
            best.LoadInto(_setup.Model);
            _best.Take();
        }

        last.LoadInto(_setup.Model);
        foreach (var memory in _plan.Memory) last.LoadSlots(memory);
        (_plan.Attempts, _plan.Commits) = (_state.Attempt, _state.Commit);
        loader.Seek(_state.Epoch, _state.Batch);
    }

    private void Start(ResumedEvent? resumed)
    {
        if (resumed is { } e)
        {
            _recorder.Resumed(e);
            _recorder.Start();
        }
        else
        {
            _recorder.Started(new RunStartedEvent(
                _options.Title ?? _setup.Training.Name, _options.Clock.GetUtcNow(), _options.Seed, FitConfiguration.WriteRun(_setup), VersionFacts.Collect(), MachineFacts.Collect(_team.Threads, _setup.Width)));
            _checkpoints.SaveLast(_state, "start", required: true);
            _recorder.Start();
            if (_setup.DropsSingle)
            {
                _recorder.Warning(new WarningEvent(0, "EK0510",
                    TrainingErrors.Invariant($"The last batch of every epoch would be a single sample, which has no batch statistics, so it is left out: {_setup.Training.Count} samples in batches of {_setup.BatchSize}. Another batch size uses all samples.")));
            }
        }

        _recorder.Flush(toDisk: false);
        _clock.Checkpointed();
        _clock.BeginSteps();
    }

    private void Step()
    {
        var rate = _setup.Schedule.LearningRateAt(_state.Commit, _state.Schedule);
        _plan.LearningRate = rate;
        var epoch = _state.Epoch;
        if (_state.Batch == 0) _plan.ResetCarriedState();
        var result = _feeder.Step(last: _state.Attempt + 1 >= _setup.TotalSteps);
        var count = _feeder.Count;
        _state.Attempt++;
        _state.Samples += count;
        _sessionSamples += count;
        _sessionSteps++;
        if (_feeder.EndsEpoch) (_state.Epoch, _state.Batch) = (epoch + 1, 0);
        else _state.Batch += _feeder.Batches;
        if (result.Committed)
        {
            _state.Commit++;
            _state.ConsecutiveSkips = 0;
            _state.EpochLoss += (double)result.Loss * count;
            _state.EpochCorrect += result.Correct;
            _state.EpochSamples += count;
        }
        else
        {
            _state.Skipped++;
            _state.ConsecutiveSkips++;
        }

        var seconds = _clock.EndStep();
        var e = new StepEvent(_state.Attempt, _state.Commit, epoch + 1, result.Loss, rate, count / seconds, result.GradientNorm, !result.Committed, _clock.Seconds);
        _recorder.Step(e);
        _logSamples += count;
        _logSeconds += seconds;
        if (!result.Committed || _state.Attempt % _options.LogEvery == 0 || _state.Attempt == 1)
        {
            _recorder.LogStep(e with { SamplesPerSecond = _logSamples / _logSeconds });
            (_logSamples, _logSeconds) = (0, 0);
        }

        if (!result.Committed) Skip();
        if (_clock.IsReportDue()) Report();
        if (_clock.IsFlushDue()) _recorder.Flush(toDisk: false);
        if (_options.WallClockBudget is { } budget && _clock.Seconds >= budget.TotalSeconds) _state.OutOfTime = true;
    }

    private void Skip()
    {
        if (_state.ConsecutiveSkips >= _options.MaximumSkips) throw TrainingErrors.NotFinite(_state.Attempt, _state.ConsecutiveSkips, _checkpoints.LastPath);
        if (_state.ConsecutiveSkips == 1)
            _recorder.Warning(new WarningEvent(_state.Attempt, "EK0511", "Loss, statistics or gradients of this step were not finite, so it was not committed. Lower the learning rate, or look at the data, if that happens again."));
    }

    /// <summary>Does what is due before the next step.</summary>
    /// <returns>False where a cancellation left something undone.</returns>
    private bool BetweenSteps(CancellationToken cancellation)
    {
        _state.Stopped |= _context.StopRequested;
        var epochEnds = _state.Batch == 0 && _state.Epoch > _state.ClosedEpochs;
        var validationDue = _validator is not null && _state.Attempt > 0 && _state.ValidatedAt != _state.Attempt
            && (AtEnd || (_options.ValidateEvery == 0 ? _state.Batch == 0 : _state.Attempt % _options.ValidateEvery == 0));
        var checkpointDue = epochEnds || _context.CheckpointRequested || _clock.IsCheckpointDue(_options.CheckpointEvery);
        if (!validationDue && !checkpointDue) return true;

        _clock.Update();
        if (epochEnds) CloseEpoch();
        if (validationDue && !Validate(cancellation)) return false;
        if (checkpointDue)
        {
            _clock.Update();
            _checkpoints.SaveLast(_state, epochEnds ? "epoch" : _context.CheckpointRequested ? "requested" : "time", required: false);
            _context.CheckpointRequested = false;
            _clock.Checkpointed();
        }

        _clock.BeginSteps();
        return true;
    }

    private void CloseEpoch()
    {
        var samples = _state.EpochSamples;
        _state.ClosedLoss = samples == 0 ? _state.ClosedLoss : _state.EpochLoss / samples;
        double? accuracy = _setup.HasAccuracy && _options.Mixing is null && samples > 0 ? (double)_state.EpochCorrect / samples : null;
        _recorder.Epoch(new EpochEvent(_state.Epoch, _state.Attempt, samples == 0 ? double.NaN : _state.EpochLoss / samples, accuracy, Throughput, _state.Seconds));
        _state.ClosedEpochs = _state.Epoch;
        (_state.EpochLoss, _state.EpochCorrect, _state.EpochSamples) = (0, 0, 0);
    }

    private bool Validate(CancellationToken cancellation)
    {
        try
        {
            return _average.Enter(cancellation) && Measure(cancellation);
        }
        finally
        {
            _average.Leave();
        }
    }

    private bool Measure(CancellationToken cancellation)
    {
        if (_validator!.Measure(_setup.Validation!, _setup.MostEvaluationBatches, cancellation) is not var (samples, loss, accuracy)) return false;
        if (double.IsFinite(_validationLoss ?? 0)) Doubt(loss);
        (_validationLoss, _validationAccuracy) = (loss, accuracy);
        _state.ValidatedAt = _state.Attempt;
        _state.Schedule = _setup.Schedule.Heed(_state.Schedule, _setup.MonitorsAccuracy ? accuracy!.Value : loss, _setup.MonitorsAccuracy);
        var better = _best.IsBetter(_state, loss, accuracy);
        if (better)
        {
            (_state.BestAt, _state.BestEpoch, _state.BestLoss, _state.BestAccuracy, _state.Waits) = (_state.Attempt, LastEpoch, loss, accuracy ?? 0, 0);
            _best.Take();
        }
        else
        {
            _state.Waits++;
        }

        if (_options.EarlyStopping is { } stopping && _state.Waits >= stopping.Patience) _state.StoppedEarly = true;
        _recorder.Validation(new ValidationEvent(_state.Attempt, LastEpoch, loss, accuracy, better, samples, _state.Seconds, _validator.MetricValues()));
        if (better) _checkpoints.SaveBest(_state, required: false);
        return true;
    }

    private void Doubt(double loss)
    {
        if (EvaluationSummary.DoubtOf(loss) is { } doubt) _recorder.Warning(new WarningEvent(_state.Attempt, EvaluationSummary.DoubtCode, doubt));
    }

    private TrainResult? Finish(CancellationToken cancellation)
    {
        _clock.Update();
        _checkpoints.SaveLast(_state, "finished", required: true);
        if (_options.RestoreBest && _state.HasBest) _best.Restore();
        else if (!_average.Enter(cancellation)) return null;
        if (_options.RecalibrateBatches > 0 && !_recalibration.Run(_options.RecalibrateBatches, cancellation)) return null;
        if (_setup.Test is { } && cancellation.IsCancellationRequested) return null;
        EvaluationSummary? test = null;
        if (_setup.Test is { } samples)
        {
            using var evaluator = new Evaluator(_setup.Model, _setup.Loss, _options.Metrics, PlanOptions(_setup.EvaluationBatch), _setup.TargetScaling);
            if (evaluator.Measure(samples, _setup.MostEvaluationBatches, cancellation) is not var (count, loss, accuracy)) return null;
            test = new EvaluationSummary(count, loss, accuracy, evaluator.MetricValues());
            Doubt(loss);
            if (!_options.Views.IsEmpty)
            {
                if (ViewEvaluator.Measure(_setup.Model, _setup.Loss, samples, _options.Views, PlanOptions(_setup.EvaluationBatch), _setup.MostEvaluationBatches, cancellation) is not { } viewed) return null;
                test = viewed with { Metrics = [.. test.Metrics, new MetricValue("accuracy_of_one_view", accuracy ?? double.NaN)] };
            }
        }

        // What a run folder's reader gets is the result's weights, also where there was no validation to choose by.
        _checkpoints.SaveBest(_state, required: true);
        _clock.Update();
        var outcome = _state.StoppedEarly ? TrainOutcome.EarlyStopped : _state.OutOfTime ? TrainOutcome.OutOfTime : TrainOutcome.Completed;
        var result = Result(outcome, test);
        _recorder.Run?.WriteResult(result.ToJson());
        End(result, TrainResult.NameOf(outcome));
        return result;
    }

    private TrainResult Cancelled()
    {
        _clock.Update();
        if (!AtEnd) _checkpoints.SaveLast(_state, "cancelled", required: true);
        var result = Result(TrainOutcome.Cancelled, null);
        End(result, TrainResult.NameOf(TrainOutcome.Cancelled));
        return result;
    }

    private void Fail(Exception error)
    {
        try
        {
            _clock.Update();

            // At the end the model may hold other weights already, and the state was written before.
            if (!AtEnd) _checkpoints.SaveLast(_state, "failed", required: false);
            _recorder.Failed(new WarningEvent(_state.Attempt, (error as EvenkeelException)?.Code ?? "", (error as EvenkeelException)?.Explanation ?? error.Message));
            _recorder.Finish(new RunFinishedEvent(_state.Attempt, LastEpoch, "failed", _state.Seconds));
            _recorder.Flush(toDisk: false);
        }
        catch (Exception second) when (second is not OutOfMemoryException)
        {
            // The first error is the one to report.
        }
    }

    private TrainResult Result(TrainOutcome outcome, EvaluationSummary? test) => new()
    {
        Outcome = outcome,
        RunFolder = _recorder.Run?.Path,
        Steps = _state.Attempt,
        Commits = _state.Commit,
        Skipped = _state.Skipped,
        Epochs = LastEpoch,
        TrainLoss = _state.EpochSamples > 0 ? _state.EpochLoss / _state.EpochSamples : _state.ClosedLoss ?? double.NaN,
        BestStep = outcome != TrainOutcome.Cancelled && _options.RestoreBest && _state.HasBest ? _state.BestAt : _state.Attempt,
        ValidationLoss = _state.HasBest ? _state.BestLoss : null,
        ValidationAccuracy = _state.HasBest && _setup.HasAccuracy ? _state.BestAccuracy : null,
        TestLoss = test?.Loss,
        TestAccuracy = test?.Accuracy,
        TestMetrics = test?.Metrics ?? [],
        Seconds = _state.Seconds,
        SamplesPerSecond = _state.StepSeconds > 0 ? _state.Samples / _state.StepSeconds : double.NaN,
        WeightsHash = WeightsHash.Of(_setup.Model),
    };

    private void End(TrainResult result, string outcome)
    {
        Report();
        _recorder.Finish(new RunFinishedEvent(_state.Attempt, LastEpoch, outcome, _state.Seconds, result.TrainLoss, result.TestLoss, result.TestAccuracy, result.WeightsHash));
        _recorder.Flush(toDisk: true);
    }

    private double? Throughput => _clock.SessionStepSeconds > 0 ? _sessionSamples / _clock.SessionStepSeconds : null;

    /// <summary>The epoch of the newest step, counted from 1; 0 before the first.</summary>
    private int LastEpoch => _state.Batch == 0 ? _state.Epoch : _state.Epoch + 1;

    private void Report()
    {
        if (_progress is null) return;
        var left = _setup.TotalSteps - _state.Attempt;
        TimeSpan? remaining = _sessionSteps == 0 ? null : TimeSpan.FromSeconds(Math.Min(_clock.SessionSeconds / _sessionSteps * left, 1e9));
        var loss = _state.EpochSamples > 0 ? _state.EpochLoss / _state.EpochSamples : _state.ClosedLoss ?? double.NaN;
        _progress.Report(new TrainingProgress(_state.Attempt, _setup.TotalSteps, Math.Max(1, LastEpoch), _setup.TotalEpochs, loss, _plan.LearningRate, Throughput ?? 0, remaining, _validationLoss, _validationAccuracy));
    }
}
