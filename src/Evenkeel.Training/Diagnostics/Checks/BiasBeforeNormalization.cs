using Evenkeel.Graph.Nodes;

namespace Evenkeel.Training.Diagnostics.Checks;

/// <summary>EK1013: a bias that batch normalisation subtracts again (Ioffe and Szegedy 2015, section 3.2).</summary>
public sealed class BiasBeforeNormalization : Check
{
    /// <inheritdoc/>
    public override string Code => "EK1013";

    /// <inheritdoc/>
    public override string Title => "a bias before batch normalisation";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Information;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Examine(Examination examination)
    {
        foreach (var bias in examination.Patient.Model.Nodes.OfType<BiasAddNode>())
        {
            var readers = examination.ConsumersOf(bias.Output).ToArray();
            if (readers.Length == 0 || !readers.All(static node => node is BatchNormNode { Options.CancelsBias: true })) continue;
            var size = bias.Inputs[1].Shape.Channels;
            yield return Found(bias.Name, $"the {size} biases have no effect: batch normalisation behind them subtracts them with the mean.",
                "Use BiasUse.Auto or Never.", ("parameters", size)) with
            {
                Fix = bias.Inputs[1].Producer is ParameterNode parameter ? Absorb(bias.Name, parameter.Name, [.. readers.OfType<BatchNormNode>()]) : null,
            };
        }
    }

    /// <summary>The bias becomes zero and the running mean loses it, so that evaluation gives what it gave.</summary>
    private static Fix Absorb(string name, string parameter, BatchNormNode[] readers) => new($"moves the bias of '{name}' into the running mean", model =>
    {
        var bias = model.Parameters[parameter].Span;
        foreach (var reader in readers)
        {
            var mean = model.States[reader.RunningMean.Producer.Name].Span;
            var weight = model.States[reader.RunningWeight.Producer.Name].Span[0];
            for (var channel = 0; channel < mean.Length; channel++) mean[channel] -= bias[channel] * weight;
        }

        bias.Clear();
    });
}
