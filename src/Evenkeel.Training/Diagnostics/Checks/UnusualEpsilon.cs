namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1016: an epsilon that no framework uses, or layers that disagree about it, as after a mixed import.</summary>
public sealed class UnusualEpsilon : Check
{
    // Frameworks use 1e-5 and 1e-3; imports bring 1e-6 and 2e-3 too.
    private const float Least = 1e-7f;
    private const float Most = 1e-2f;

    /// <inheritdoc/>
    public override string Code => "EK1016";

    /// <inheritdoc/>
    public override string Title => "an unusual epsilon";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        var groups = examination.Layers.GroupBy(static layer => layer.Node.Options.Epsilon).OrderBy(static group => group.Count()).ToArray();
        foreach (var group in groups.Where(static group => group.Key is < Least or > Most))
        {
            yield return Found(Join([.. group]), $"epsilon is {group.Key:G3}; {(group.Key > Most ? "it outweighs the variance of quiet channels" : "a constant channel is then blown up to noise")}.",
                "Use 1e-5, or the epsilon of the framework that the weights come from (Keras: 1e-3).",
                ("epsilon", group.Key), ("layers", group.Count()));
        }

        if (groups.Length < 2) yield break;
        yield return Found(Join([.. groups[0]]), $"epsilon is {groups[0].Key:G3} here and {groups[^1].Key:G3} in {groups[^1].Count()} other normalisations: an import may have lost one of them.",
            "Give all layers the epsilon that they were trained with.",
            ("epsilon", groups[0].Key), ("other_epsilon", groups[^1].Key)) with
        {
            Severity = Severity.Information,
        };
    }
}
