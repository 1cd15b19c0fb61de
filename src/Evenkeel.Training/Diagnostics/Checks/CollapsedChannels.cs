namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1010: channels that hardly vary, so that epsilon and not their deviation scales them.</summary>
public sealed class CollapsedChannels : Check
{
    private const double Epsilons = 10;
    private const double Share = 0.05;

    /// <inheritdoc/>
    public override string Code => "EK1010";

    /// <inheritdoc/>
    public override string Title => "constant channels";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        // What a cell hands to itself is small by nature, and its epsilon is chosen for that.
        foreach (var layer in examination.Layers.Where(static layer => layer.Node is not CellNormalization))
        {
            if (layer.IsUntouched) continue;
            double epsilon = layer.Node.Options.Epsilon;
            var units = layer.Variance.Length / layer.TimeSteps;

            // A unit may be constant in some time steps, as where every image begins with blank rows.
            double[] variances = [.. Enumerable.Range(0, units).Select(unit => Enumerable.Range(0, layer.TimeSteps).Max(step => layer.Variance[(step * units) + unit]))];
            var channels = variances.Count(variance => variance >= 0 && variance < Epsilons * epsilon);
            if (channels == 0 || channels < Share * units) continue;
            yield return Found(layer.Name, $"{channels} of {units} channels have a running variance below 10 epsilon ({Epsilons * epsilon:G3}): they carry next to nothing.",
                "Look for dead units or constant features before this layer; where small signals are meant, use a smaller epsilon.",
                ("channels", channels), ("of", units), ("least_variance", variances.Min()), ("epsilon", epsilon));
        }
    }
}
