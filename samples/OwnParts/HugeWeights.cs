using Evenkeel.Training.Diagnostics;

namespace OwnParts;

/// <summary>MY0001: a weight far outside of what training makes, as after an import with the wrong scale.</summary>
public sealed class HugeWeights : Check
{
    private const float Most = 100;

    /// <inheritdoc/>
    public override string Code => "MY0001";

    /// <inheritdoc/>
    public override string Title => "huge weights";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        foreach (var tensor in examination.Patient.Model.Parameters)
        {
            var largest = tensor.ToArray().Max(Math.Abs);
            if (largest <= Most) continue;
            yield return Found(tensor.Name, $"the largest weight is {largest:G3}.", "Look at the scale of what was imported, or lower the learning rate.", ("largest", largest));
        }
    }
}
