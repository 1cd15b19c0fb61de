namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1027: images that seem to come channels first, so that statistics are taken per column of pixels.</summary>
public sealed class ChannelsFirst : Check
{
    private const int LeastSide = 8;

    /// <inheritdoc/>
    public override string Code => "EK1027";

    /// <inheritdoc/>
    public override string Title => "the wrong axis is normalised";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        foreach (var layer in examination.Layers)
        {
            var shape = layer.Shape;
            if (shape.Sizes is not [1 or 3 or 4, var height, var width] || height != width || width < LeastSide) continue;
            yield return Found(layer.Name, $"input {shape} looks like [N, C, H, W]: one mean and variance is taken for each of the {width} columns of pixels.",
                "Evenkeel keeps channels last; hand in [N, H, W, C].",
                ("channels", width), ("rows_per_sample", shape.RowsPerSample));
        }
    }
}
