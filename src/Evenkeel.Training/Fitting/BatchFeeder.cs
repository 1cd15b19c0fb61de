using Evenkeel.Data.Augmentation;
using Evenkeel.Data.Loading;
using Evenkeel.Engine;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Training.Fitting;

/// <summary>Runs steps on one slot while the workers assemble the next batch into the other; allocates nothing per step.</summary>
internal sealed class BatchFeeder
{
    private readonly Loader _loader;
    private readonly TrainingProgram _plan;
    private readonly WorkTeam _team;
    private BatchAssembly _current;
    private BatchAssembly _next;
    private bool _ready;

    public BatchFeeder(Loader loader, TrainingProgram plan, WorkTeam team, Augmenter? augmenter, SampleMixer? mixer)
    {
        _loader = loader;
        _plan = plan;
        _team = team;
        _current = new BatchAssembly(loader, plan.CreateSlot(), augmenter, mixer);
        _next = new BatchAssembly(loader, plan.CreateSlot(), augmenter, mixer);
    }

    /// <summary>Samples of the newest step.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the newest step ended its epoch.</summary>
    public bool EndsEpoch { get; private set; }

    /// <summary>Takes one step.</summary>
    /// <param name="last">Whether no step will follow, so that nothing need be prepared.</param>
    public StepResult Step(bool last)
    {
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
}
