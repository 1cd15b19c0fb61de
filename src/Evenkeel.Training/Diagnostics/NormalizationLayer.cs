using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Training.Diagnostics;

/// <summary>A batch normalisation of the patient, in its own place or inside a recurrent cell, with its statistics as evaluation uses them.</summary>
public sealed class NormalizationLayer
{
    internal NormalizationLayer(Model model, IBatchNormalization node)
    {
        Node = node;
        var weight = model.States[node.RunningWeight.Producer.Name].Span;
        (Weight, Updates) = (weight[0], weight[1]);
        Mean = Divided(model.States[node.RunningMean.Producer.Name].Span, Weight);
        Variance = Divided(model.States[node.RunningVariance.Producer.Name].Span, Weight);
        Gamma = Repeated(Values(model, node.Gamma, node.Input.Shape.Channels, 1), Mean.Length);
        Beta = Repeated(Values(model, node.Beta, node.Input.Shape.Channels, 0), Mean.Length);
    }

    /// <summary>All batch normalisations of a model, in execution order.</summary>
    /// <param name="model">The model.</param>
    internal static IEnumerable<IBatchNormalization> NodesOf(Model model) => model.Nodes.SelectMany(static node => node switch
    {
        IBatchNormalization normalization => [normalization],
        RecurrentNode recurrent => CellNormalization.Of(recurrent),
        _ => (IEnumerable<IBatchNormalization>)[],
    });

    /// <summary>The node.</summary>
    public IBatchNormalization Node { get; }

    /// <summary>What the statistics are taken of, one per channel over all rows: the input, or in a recurrent cell <c>[N, T C]</c> where every time step has statistics of its own.</summary>
    public Shape Shape => Node is CellNormalization cell ? cell.Shape : Node.Input.Shape;

    /// <summary>Time steps of a recurrent layer that have statistics of their own, one behind the other in the channels; 1 elsewhere.</summary>
    public int TimeSteps => Node is CellNormalization ? Shape.Channels / Node.Input.Shape.Channels : Node.Gamma?.Producer is RepeatNode repeat ? repeat.Times : 1;

    /// <summary>Where it stands.</summary>
    public string Name => Node.Name;

    /// <summary>The weight that the raw averages have gathered, 0 to 1.</summary>
    public double Weight { get; }

    /// <summary>How often a commit moved the statistics.</summary>
    public double Updates { get; }

    /// <summary>The running mean per channel, divided by its weight.</summary>
    public double[] Mean { get; }

    /// <summary>The running variance per channel, divided by its weight.</summary>
    public double[] Variance { get; }

    /// <summary>Gamma per channel; ones where there is none.</summary>
    public float[] Gamma { get; }

    /// <summary>Beta per channel; zeros where there is none.</summary>
    public float[] Beta { get; }

    /// <summary>Whether the statistics are those that the layer was built with.</summary>
    public bool IsUntouched => Updates == 0 && (Node.Options.BiasCorrection ? Weight == 0 : Mean.All(static mean => mean == 0) && Variance.All(static variance => variance == 1));

    /// <summary>Values per channel that a batch is normalised with: in a recurrent cell one per sample, as every time step stands for itself; of padded sequences as many as are valid on average, where samples are known, else as many as there can be.</summary>
    /// <param name="samples">The batch size.</param>
    public long ValuesPerChannel(int samples) => (long)((double)samples * (Node is CellNormalization ? 1 : Shape.RowsPerSample) * ValidShare);

    /// <summary>The share of places that a mask leaves in the statistics, as training samples have it; 1 without mask or samples.</summary>
    public double ValidShare { get; internal init; } = 1;

    private static double[] Divided(ReadOnlySpan<double> raw, double weight)
    {
        var values = raw.ToArray();
        if (weight != 0)
        {
            for (var i = 0; i < values.Length; i++) values[i] /= weight;
        }

        return values;
    }

    private static float[] Repeated(float[] values, int length) => values.Length == length ? values : [.. Enumerable.Repeat(values, length / values.Length).SelectMany(static copy => copy)];

    private static float[] Values(Model model, Value? parameter, int channels, float otherwise)
    {
        switch (parameter?.Producer)
        {
            case ParameterNode node:
                return model.Parameters[node.Name].ToArray();
            case RepeatNode repeat:
                return [.. Enumerable.Repeat(Values(model, repeat.Inputs[0], channels / repeat.Times, otherwise), repeat.Times).SelectMany(static copy => copy)];
        }

        var values = new float[channels];
        Array.Fill(values, otherwise);
        return values;
    }
}
