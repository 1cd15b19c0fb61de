using Evenkeel.Graph.Models;
using Evenkeel.Training.Checkpoints;

namespace Evenkeel.Training.Fitting;

/// <summary>A copy of the weights of the best validation, and the judgement which is best.</summary>
internal sealed class BestWeights(Model model, bool byAccuracy, double minimumImprovement)
{
    private readonly TensorStore<float> _parameters = model.Parameters.CloneLayout();
    private readonly TensorStore<double> _states = model.States.CloneLayout();

    /// <summary>Whether a validation beats the best so far; a number that is not finite never does.</summary>
    public bool IsBetter(TrainingState state, double loss, double? accuracy)
    {
        if (!double.IsFinite(loss)) return false;
        if (!state.HasBest) return true;
        if (!byAccuracy) return loss < state.BestLoss - minimumImprovement;
        var gain = accuracy!.Value - state.BestAccuracy;
        return gain > minimumImprovement || (gain == 0 && minimumImprovement == 0 && loss < state.BestLoss);
    }

    /// <summary>Copies the model's values.</summary>
    public void Take()
    {
        _parameters.CopyFrom(model.Parameters);
        _states.CopyFrom(model.States);
    }

    /// <summary>Gives the model the copied values.</summary>
    public void Restore()
    {
        model.Parameters.CopyFrom(_parameters);
        model.States.CopyFrom(_states);
    }

    /// <summary>Exchanges the model's values and the copied ones.</summary>
    public void Exchange()
    {
        Exchange(_parameters.Span, model.Parameters.Span);
        Exchange(_states.Span, model.States.Span);
    }

    private static void Exchange<T>(Span<T> left, Span<T> right)
    {
        for (var i = 0; i < left.Length; i++) (left[i], right[i]) = (right[i], left[i]);
    }
}
