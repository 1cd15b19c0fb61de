using Evenkeel.Graph.Nodes;

namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1031: batch normalisation makes the model's output, whose scale and level then depend on who else is in the batch.</summary>
public sealed class NormalizedOutput : Check
{
    /// <inheritdoc/>
    public override string Code => "EK1031";

    /// <inheritdoc/>
    public override string Title => "batch normalisation right before the output";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        var output = examination.Patient.Model.Output;
        while (output.Producer is ReshapeNode reshape) output = reshape.Inputs[0];
        if (output.Producer is not IBatchNormalization norm) yield break;
        yield return Found(norm.Name, $"batch normalisation makes the model's output: every one of the {norm.Output.Shape.Channels} outputs is forced to one mean and deviation over the batch.",
            "End with a plain linear layer.",
            ("outputs", norm.Output.Shape.Channels));
    }
}
