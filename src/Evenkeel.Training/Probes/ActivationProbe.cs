using System.Collections.Immutable;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Training.Probes;

/// <summary>What a nonlinearity gets and gives.</summary>
/// <param name="Layer">Where it stands.</param>
/// <param name="Percentiles">Of its inputs, at the shares that the probe was asked for; where there are more than 4,096 inputs, of as many that are spread evenly over them.</param>
/// <param name="Mean">Of its outputs.</param>
/// <param name="Deviation">Of its outputs.</param>
/// <param name="Dead">The share of units that give the same number for every sample.</param>
/// <param name="Saturated">The share of sigmoid outputs below 0.02 or above 0.98, or of tanh outputs beyond 0.99; 0 for other nonlinearities.</param>
public sealed record ActivationReading(string Layer, ImmutableArray<double> Percentiles, double Mean, double Deviation, double Dead, double Saturated);

/// <summary>Looks at every nonlinearity of a model in training mode, on samples of its own: percentiles of what comes in, mean, deviation, dead units and saturation of what goes out.</summary>
/// <remarks>Ioffe and Szegedy, arXiv 1502.03167, figure 1(b, c), follows percentiles. It reads the model beside the run and changes nothing of it. One thread at a time may use a probe.</remarks>
public sealed class ActivationProbe : IDisposable
{
    private const double LowSigmoid = 0.02;
    private const double HighTanh = 0.99;

    // Sorting all inputs of a convolutional network would cost more than the steps between two looks; so many tell a share to within a point.
    private const int MostSorted = 1 << 12;

    private readonly ActivationNode[] _nodes;
    private readonly ObservationPlan _plan;
    private readonly ImmutableArray<double> _shares;

    /// <summary>Compiles the probe; nothing of the model changes.</summary>
    /// <param name="model">The model to look at, at its values of each measurement.</param>
    /// <param name="options">Capacity, threads, seed.</param>
    /// <param name="shares">Which percentiles, each 0 to 1, for example 0.15, 0.5, 0.85. Default none.</param>
    /// <exception cref="ArgumentOutOfRangeException">A share is outside 0 to 1.</exception>
    public ActivationProbe(Model model, PlanOptions options, params ReadOnlySpan<double> shares)
    {
        foreach (var share in shares)
        {
            if (!(share is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(shares), share, "A share is 0 to 1.");
        }

        _shares = [.. shares];
        _nodes = [.. model.Nodes.OfType<ActivationNode>()];
        _plan = ObservationPlan.Compile(model, [.. _nodes.SelectMany(static node => (Value[])[node.Inputs[0], node.Output])], training: true, options);
    }

    /// <summary>The names of the nonlinearities, from the input to the output.</summary>
    public IEnumerable<string> Layers => _nodes.Select(static node => node.Name);

    /// <summary>Input memory of the probe: the samples to look at.</summary>
    public BatchSlot Slot => _plan.Slot;

    /// <summary>Measures at the model's present values on the samples of <see cref="Slot"/>.</summary>
    /// <param name="attempt">Indexes the random streams. Default 0.</param>
    /// <returns>A reading per nonlinearity.</returns>
    /// <exception cref="EngineException">EK0202: bad count. EK1001: one value per channel.</exception>
    public ActivationReading[] Measure(long attempt = 0)
    {
        _plan.Attempt = attempt;
        _plan.Run(_plan.Slot);
        return [.. _nodes.Select((node, place) => Read(node, Inputs(place).Values))];
    }

    /// <summary>What came into a nonlinearity in the newest measurement, row by row, and how many units a row has.</summary>
    /// <param name="layer">Its place in <see cref="Layers"/>.</param>
    public InputValues Inputs(int layer)
    {
        var input = _nodes[layer].Inputs[0];
        return new(_plan.Read(input)[..(int)input.Shape.Elements(_plan.Slot.Count)], input.Shape.Channels);
    }

    /// <summary>Gives the threads back.</summary>
    public void Dispose() => _plan.Dispose();

    private ActivationReading Read(ActivationNode node, ReadOnlySpan<float> inputs)
    {
        var values = _plan.Read(node.Output)[..(int)node.Output.Shape.Elements(_plan.Slot.Count)];
        var units = node.Output.Shape.Channels;
        var (sum, squares, saturated) = (0.0, 0.0, 0);
        var (low, high) = node.Activation switch { "sigmoid" => (LowSigmoid, 1 - LowSigmoid), "tanh" => (-HighTanh, HighTanh), _ => (double.NegativeInfinity, double.PositiveInfinity) };
        foreach (var value in values)
        {
            sum += value;
            squares += (double)value * value;
            if (value < low || value > high) saturated++;
        }

        var mean = sum / values.Length;
        var dead = 0;
        for (var unit = 0; unit < units; unit++)
        {
            var isConstant = true;
            for (var i = unit + units; i < values.Length && isConstant; i += units) isConstant = values[i] == values[unit];
            if (isConstant) dead++;
        }

        return new(node.Name, PercentilesOf(inputs), mean, Math.Sqrt(Math.Max(0, (squares / values.Length) - (mean * mean))), (double)dead / units, (double)saturated / values.Length);
    }

    private ImmutableArray<double> PercentilesOf(ReadOnlySpan<float> inputs)
    {
        if (_shares.IsEmpty) return [];
        var sorted = Spread(inputs);
        Array.Sort(sorted);
        return [.. _shares.Select(share =>
        {
            var place = share * (sorted.Length - 1);
            var (low, high) = ((int)place, Math.Min((int)place + 1, sorted.Length - 1));
            return sorted[low] + ((place - low) * ((double)sorted[high] - sorted[low]));
        })];
    }

    /// <summary>At most <see cref="MostSorted"/> values, at places that no number of channels or samples is in step with.</summary>
    private static float[] Spread(ReadOnlySpan<float> values)
    {
        if (values.Length <= MostSorted) return values.ToArray();
        var chosen = new float[MostSorted];

        // Multiples of the golden ratio, as fractions of 2^64, fill the unit interval evenly from any number of them on.
        for (var i = 0; i < chosen.Length; i++) chosen[i] = values[(int)Math.BigMul(unchecked((ulong)i * 0x9E3779B97F4A7C15), (ulong)values.Length, out _)];
        return chosen;
    }

    /// <summary>Values of several samples, valid until the next measurement.</summary>
    /// <param name="values">Row by row.</param>
    /// <param name="units">Units, or channels, of a row.</param>
    public readonly ref struct InputValues(ReadOnlySpan<float> values, int units)
    {
        /// <summary>Row by row.</summary>
        public ReadOnlySpan<float> Values { get; } = values;

        /// <summary>Units, or channels, of a row.</summary>
        public int Units { get; } = units;
    }
}
