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
        foreach (var layer in examination.Layers)
        {
            if (layer.IsUntouched) continue;
            double epsilon = layer.Node.Options.Epsilon;
            var channels = layer.Variance.Count(variance => variance >= 0 && variance < Epsilons * epsilon);
            if (channels == 0 || channels < Share * layer.Variance.Length) continue;
            yield return Found(layer.Name, $"{channels} of {layer.Variance.Length} channels have a running variance below 10 epsilon ({Epsilons * epsilon:G3}): they carry next to nothing.",
                "Look for dead units or constant features before this layer; where small signals are meant, use a smaller epsilon.",
                ("channels", channels), ("of", layer.Variance.Length), ("least_variance", layer.Variance.Min()), ("epsilon", epsilon));
        }
    }
}
