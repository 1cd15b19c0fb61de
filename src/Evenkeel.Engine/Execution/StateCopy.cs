using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;

namespace Evenkeel.Engine.Execution;

/// <summary>Commits a candidate as it is.</summary>
internal sealed unsafe class StateCopy : StateUpdate
{
    private readonly CompiledPlan _plan;
    private readonly PlanBuffer _candidate;
    private readonly int _first;
    private readonly double* _state;
    private readonly double[] _held;
    private bool _isHeld;
    private long _samples;

    public StateCopy(StateCandidate move, Model model, CompiledPlan plan)
    {
        (_plan, _candidate, _first) = (plan, plan.Context.BufferOf(move.Candidate), move.First);
        var tensor = model.States[move.State.Producer.Name];
        _state = model.States.Pointer + tensor.Offset;
        _held = new double[tensor.Length];
    }

    private ReadOnlySpan<double> Newest => new(_plan.Frame.Doubles(_candidate) + _first, _held.Length);

    public override void Hold()
    {
        Newest.CopyTo(_held);
        _isHeld = true;
    }

    /// <summary>The mean of what the runs leave, by their samples; where all leave the same, that.</summary>
    public override void Join(int count, bool isFirst)
    {
        if (isFirst)
        {
            Hold();
            _samples = count;
            return;
        }

        _samples += count;
        var newest = Newest;
        for (var i = 0; i < _held.Length; i++) _held[i] += (newest[i] - _held[i]) * count / _samples;
    }

    public override void Release() => _isHeld = false;

    public override void Commit() => (_isHeld ? _held : Newest).CopyTo(new Span<double>(_state, _held.Length));
}
