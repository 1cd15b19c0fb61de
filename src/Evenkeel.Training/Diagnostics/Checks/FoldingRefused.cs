using Evenkeel.Engine;

namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1030: folding batch normalisation into the weights before it would change the outputs; an evaluation plan sees that and does not fold, an export of folded weights would not.</summary>
public sealed class FoldingRefused : Check
{
    /// <inheritdoc/>
    public override string Code => "EK1030";

    /// <inheritdoc/>
    public override string Title => "folding changes the outputs";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        if (examination.Layers.IsEmpty) yield break;
        using var plan = EvaluationPlan.Compile(examination.Patient.Model, null, examination.PlanOptions);
        if (plan.IsFolded || !(plan.FoldingError > EvaluationPlan.FoldingTolerance)) yield break;
        yield return Found("", $"outputs differ by {plan.FoldingError:P2} of the largest one between folded and unfolded normalisation, so evaluation stays unfolded and slower.",
            "Look for weights or variances of extreme size; do not export folded weights of this model.",
            ("folding_error", plan.FoldingError), ("tolerance", EvaluationPlan.FoldingTolerance));
    }
}
