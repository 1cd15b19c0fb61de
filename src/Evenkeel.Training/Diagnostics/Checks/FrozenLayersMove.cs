using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;

namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1018: a layer that is frozen by half: its parameters stay, its statistics move.</summary>
public sealed class FrozenLayersMove : Check
{
    /// <inheritdoc/>
    public override string Code => "EK1018";

    /// <inheritdoc/>
    public override string Title => "a frozen layer that still moves";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Error;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        foreach (var layer in examination.Layers)
        {
            var options = layer.Node.Options;
            if (!IsFrozen(layer.Node) || options.FreezesStatistics) continue;
            yield return Found(layer.Name, $"its parameters are frozen, but a training step {(options.NormalizeWith == NormalizeWith.BatchStatistics ? "normalises with the batch's statistics" : "normalises with running statistics")}{(options.UpdateRunningStatistics ? TrainingErrors.Invariant($" and moves the running ones ({layer.Updates} updates so far)") : "")}, so what the layer computes changes.",
                "Use BatchNormOptions.Frozen, which switches all three off.",
                ("updates", layer.Updates), ("batch_statistics", options.NormalizeWith == NormalizeWith.BatchStatistics ? 1 : 0), ("moves_statistics", options.UpdateRunningStatistics ? 1 : 0));
        }
    }

    /// <summary>Gamma and beta are switched off, or all weights that feed the layer are constant.</summary>
    private static bool IsFrozen(IBatchNormalization node)
    {
        if (!node.Options.TrainScaleAndShift) return true;
        ParameterNode[] own = [.. ((Value?[])[node.Gamma, node.Beta]).Select(static value => value?.Producer).OfType<ParameterNode>()];
        ParameterNode[] before = [.. node.Input.Producer.Inputs.Select(static value => value.Producer).OfType<ParameterNode>()];
        return own.Length > 0 && before.Length > 0 && own.Concat(before).All(static parameter => !parameter.IsTrainable);
    }
}
