using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Training.Diagnostics;

/// <summary>A batch normalisation of the patient, with its statistics as evaluation uses them.</summary>
public sealed class NormalizationLayer
{
    internal NormalizationLayer(Model model, IBatchNormalization node)
    {
        Node = node;
        var weight = model.States[node.RunningWeight.Producer.Name].Span;
        (Weight, Updates) = (weight[0], weight[1]);
        Mean = Divided(model.States[node.RunningMean.Producer.Name].Span, Weight);
        Variance = Divided(model.States[node.RunningVariance.Producer.Name].Span, Weight);
        Gamma = Values(model, node.Gamma, node.Input.Shape.Channels, 1);
        Beta = Values(model, node.Beta, node.Input.Shape.Channels, 0);
    }

    /// <summary>The node.</summary>
    public IBatchNormalization Node { get; }

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

    /// <summary>Values per channel of a batch; of padded sequences as many as are valid on average, where samples are known, else as many as there can be.</summary>
    /// <param name="samples">The batch size.</param>
    public long ValuesPerChannel(int samples) => (long)((double)samples * Node.Input.Shape.RowsPerSample * ValidShare);

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
