using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Engine.Execution;

/// <summary>Moves states when a step commits, from candidates that the step has left in its shadow.</summary>
internal abstract class StateUpdate
{
    /// <summary>What a plan has to compute for the states of a model.</summary>
    public static IEnumerable<Value> Candidates(Model model) =>
        [.. RunningUpdate.Moved(model).Select(static statistics => statistics.Candidate), .. model.Nodes.SelectMany(static node => node.Candidates).Select(static move => move.Candidate).Distinct()];

    /// <summary>The updates of all states that a plan moves.</summary>
    public static StateUpdate[] All(Model model, CompiledPlan plan) =>
        [.. RunningUpdate.Moved(model).Select(statistics => new RunningUpdate(statistics, model, plan)), .. model.Nodes.SelectMany(static node => node.Candidates).Select(move => new StateCopy(move, model, plan))];

    /// <summary>Keeps the candidates of the newest run, because another run follows before the commit.</summary>
    public abstract void Hold();

    /// <summary>Joins the candidates of the newest run to those of the runs before it, so that they become what all their values together give.</summary>
    /// <param name="count">Samples of the run.</param>
    /// <param name="isFirst">Whether the runs before belong to another step.</param>
    public abstract void Join(int count, bool isFirst);

    /// <summary>Forgets what was held: the step is over.</summary>
    public abstract void Release();

    /// <summary>Moves the state.</summary>
    public abstract void Commit();
}
