using Evenkeel.Data.Augmentation;
using Evenkeel.Data.Loading;
using Evenkeel.Engine;
using Evenkeel.Numerics.Work;
using InputSlot = Evenkeel.Engine.BatchSlot;

namespace Evenkeel.Training.Fitting;

/// <summary>Runs steps on one slot while the workers assemble the next batch into the other; allocates nothing per step.</summary>
internal sealed class BatchFeeder
{
    private readonly Loader _loader;
    private readonly TrainingProgram _plan;
    private readonly WorkTeam _team;
    private readonly BatchAssembly[] _parts;
    private readonly InputSlot[] _slots;
    private readonly AccumulatedStatistics _statistics;
    private BatchAssembly _current;
    private BatchAssembly _next;
    private bool _ready;

    public BatchFeeder(Loader loader, TrainingProgram plan, WorkTeam team, Augmenter? augmenter, SampleMixer? mixer, int accumulate = 1, AccumulatedStatistics statistics = AccumulatedStatistics.Averaged)
    {
        _loader = loader;
        _plan = plan;
        _team = team;
        _current = new BatchAssembly(loader, plan.CreateSlot(), augmenter, mixer);
        _next = new BatchAssembly(loader, plan.CreateSlot(), augmenter, mixer);
        _parts = accumulate == 1 ? [] : [_current, _next, .. Enumerable.Range(2, accumulate - 2).Select(_ => new BatchAssembly(loader, plan.CreateSlot(), augmenter, mixer))];
        _slots = [.. _parts.Select(static part => part.Input)];
        _statistics = statistics;
    }

    /// <summary>Samples of the newest step.</summary>
    public int Count { get; private set; }

    /// <summary>Batches of the newest step.</summary>
    public int Batches { get; private set; } = 1;

    /// <summary>Whether the newest step ended its epoch.</summary>
    public bool EndsEpoch { get; private set; }

    /// <summary>Takes one step.</summary>
    /// <param name="last">Whether no step will follow, so that nothing need be prepared.</param>
    public StepResult Step(bool last)
    {
        if (_parts.Length > 0) return StepOfParts();
        if (!_ready)
        {
            _current.Choose(_loader);
            _team.Run(_current, _current.Pieces);
            _ready = true;
        }

        _current.ThrowIfFailed();
        StepResult result;
        if (last)
        {
            result = _plan.Step(_current.Input);
            _ready = false;
        }
        else
        {
            _next.Choose(_loader);
            result = _plan.Step(_current.Input, _next, _next.Pieces);
        }

        Count = _current.Batch.Count;
        EndsEpoch = _current.Batch.EndsEpoch;
        (_current, _next) = (_next, _current);
        return result;
    }

    /// <summary>Reads as many batches as make a step, fewer at the end of an epoch, and takes it.</summary>
    private StepResult StepOfParts()
    {
        (Count, Batches, EndsEpoch) = (0, 0, false);
        while (Batches < _parts.Length && !EndsEpoch)
        {
            var part = _parts[Batches++];
            part.Choose(_loader);
            _team.Run(part, part.Pieces);
            part.ThrowIfFailed();
            Count += part.Batch.Count;
            EndsEpoch = part.Batch.EndsEpoch;
        }

        return ((TrainingPlan)_plan).Step(_slots.AsSpan(0, Batches), _statistics);
    }
}
