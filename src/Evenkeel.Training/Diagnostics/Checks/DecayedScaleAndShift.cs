using Evenkeel.Graph.Nodes;

namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1012: weight decay on gamma, beta or a bias.</summary>
public sealed class DecayedScaleAndShift : Check
{
    /// <inheritdoc/>
    public override string Code => "EK1012";

    /// <inheritdoc/>
    public override string Title => "weight decay on gamma, beta or bias";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        foreach (var node in examination.Patient.Model.Nodes)
        {
            Value?[] parameters = node switch
            {
                IBatchNormalization norm => [norm.Gamma, norm.Beta],
                BiasAddNode bias => [bias.Inputs[1]],
                _ => [],
            };
            var decayed = parameters.Select(static value => value?.Producer).OfType<ParameterNode>().Where(static parameter => parameter is { Decays: true, IsTrainable: true }).ToArray();
            if (decayed.Length == 0) continue;
            yield return Found(node.Name, $"weight decay pulls {string.Join(" and ", decayed.Select(static parameter => $"'{parameter.Name}'"))} to zero, which shrinks the signal and regularises nothing.",
                "Create these parameters with decays: false, as the built-in layers do.",
                ("parameters", decayed.Length), ("elements", decayed.Sum(static parameter => parameter.Output.Shape.ElementsPerSample)));
        }
    }
}
