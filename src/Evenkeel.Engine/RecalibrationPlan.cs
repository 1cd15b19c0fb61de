using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;

namespace Evenkeel.Engine;

/// <summary>Replaces running statistics by population statistics over several training batches: a transaction of statistics alone.</summary>
/// <remarks>
/// Ioffe and Szegedy 2015, Algorithm 2, lines 7 to 10: <c>E[x] = E_B[mean_B]</c>, <c>Var[x] = m/(m-1) E_B[var_B]</c> over batches of size m; a layer with
/// <see cref="Graph.Normalization.VarianceEstimator.Population"/> averages <c>var_B</c> itself. The batches count by their number of samples, those of padded sequences by their valid steps.
/// Decorrelated batch normalisation gets the average of the batches' whitening matrices, which its running matrix follows.
/// </remarks>
public sealed unsafe class RecalibrationPlan : IDisposable
{
    private readonly CompiledPlan _plan;
    private readonly Model _model;
    private readonly RunningStatistics[] _layers;
    private readonly Value?[] _masks;
    private readonly double[] _weights;
    private readonly double[][] _means;
    private readonly double[][] _variances;
    private readonly WhiteningNode[] _whitenings;
    private readonly double[][] _matrices;
    private double _weight;

    private RecalibrationPlan(Model model, PlanOptions options, bool keepsFrozen)
    {
        _model = model;
        _layers = [.. Measured(model, keepsFrozen)];
        if (_layers.Length == 0) throw EngineException.NoStatistics();
        _whitenings = [.. model.Nodes.OfType<WhiteningNode>().Where(static node => !node.UsesRunning)];
        var masks = model.Nodes.OfType<MaskedBatchNormNode>().ToDictionary(static node => node.Candidate, static node => node.Mask);
        _masks = [.. _layers.Select(layer => masks.GetValueOrDefault(layer.Candidate))];
        _weights = new double[_layers.Length];
        _plan = new CompiledPlan(model, PlanMode.Train, [.. _layers.Select(static layer => layer.Candidate), .. _whitenings.Select(static node => node.Candidate), .. _masks.OfType<Value>().Distinct()], null, null, options);
        _means = [.. _layers.Select(static layer => new double[layer.Shape.Channels])];
        _variances = [.. _layers.Select(static layer => new double[layer.Shape.Channels])];
        _matrices = [.. _whitenings.Select(static node => new double[node.Inputs[1].Shape.ElementsPerSample])];
    }

    /// <summary>The number of batches gathered since the last commit.</summary>
    public int Batches { get; private set; }

    /// <summary>Compiles the plan.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Capacity, threads and so on; null for the defaults.</param>
    /// <param name="keepsFrozen">Whether layers whose statistics are frozen stay as they are. Default no: whoever measures statistics on purpose wants all.</param>
    /// <exception cref="EngineException">EK0207: the model has no batch normalisation to measure.</exception>
    public static RecalibrationPlan Compile(Model model, PlanOptions? options = null, bool keepsFrozen = false) => new(model, options ?? new PlanOptions(), keepsFrozen);

    /// <summary>The statistics that a plan replaces.</summary>
    /// <param name="model">The model.</param>
    /// <param name="keepsFrozen">Whether those of frozen layers are left out.</param>
    public static IEnumerable<RunningStatistics> Measured(Model model, bool keepsFrozen) =>
        model.Nodes.SelectMany(static node => node.Statistics).Where(statistics => !(keepsFrozen && statistics.Options.FreezesStatistics));

    /// <summary>Input memory for this plan.</summary>
    public BatchSlot CreateSlot() => new(_plan.Capacity, _model.Input.Output.Shape.ElementsPerSample, 0, ElementKind.Float);

    /// <summary>Gathers the statistics of one training batch; the model does not change.</summary>
    /// <param name="slot">A slot that this plan made, with the features of training samples and a count.</param>
    /// <exception cref="EngineException">EK1001: one value per channel. EK0208: statistics are not finite; nothing of the batch was gathered.</exception>
    public void Accumulate(BatchSlot slot)
    {
        _plan.RequireCount(slot.Count);
        foreach (var layer in _layers) CompiledPlan.RequireBatch(layer.Name, layer.Shape, slot.Count);

        _plan.Binding.Attempt = Batches;
        _plan.Run(slot);
        if (!_plan.IsFinite || !_whitenings.All(node => IsFinite(Candidate(node)))) throw EngineException.NonFiniteStatistics();
        _weight += slot.Count;
        for (var i = 0; i < _layers.Length; i++)
        {
            var candidate = _plan.Frame.Doubles(_plan.Context.BufferOf(_layers[i].Candidate));
            var channels = _means[i].Length;
            var count = _masks[i] is { } mask ? Valid(_plan.Read(mask)) : slot.Count;
            _weights[i] += count;
            for (var channel = 0; channel < channels; channel++)
            {
                _means[i][channel] += (candidate[channel] - _means[i][channel]) * count / _weights[i];
                _variances[i][channel] += (candidate[channels + channel] - _variances[i][channel]) * count / _weights[i];
            }
        }

        for (var i = 0; i < _whitenings.Length; i++) Join(_whitenings[i], _matrices[i], slot.Count / _weight);
        Batches++;
    }

    /// <summary>Writes the population statistics into the model, all layers together, and starts anew.</summary>
    /// <exception cref="EngineException">EK0207: no batch was gathered.</exception>
    public void Commit()
    {
        if (Batches == 0) throw EngineException.NoStatistics();
        for (var i = 0; i < _layers.Length; i++)
        {
            var layer = _layers[i];
            _means[i].CopyTo(_model.States[layer.Mean.Producer.Name].Span);
            _variances[i].CopyTo(_model.States[layer.Variance.Producer.Name].Span);
            _model.States[layer.Weight.Producer.Name].Span[0] = 1;
            Array.Clear(_means[i]);
            Array.Clear(_variances[i]);
        }

        for (var i = 0; i < _whitenings.Length; i++)
        {
            _model.States[_whitenings[i].Inputs[1].Producer.Name].CopyFrom(_matrices[i]);
            _model.States[_whitenings[i].Inputs[2].Producer.Name].Span[0] = 1;
            Array.Clear(_matrices[i]);
        }

        Array.Clear(_weights);
        (_weight, Batches) = (0, 0);
    }

    /// <summary>Gives the threads back.</summary>
    public void Dispose() => _plan.Dispose();

    private static bool IsFinite(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            if (!double.IsFinite(value)) return false;
        }

        return true;
    }

    private static int Valid(ReadOnlySpan<float> mask)
    {
        var valid = 0;
        foreach (var step in mask) valid += step != 0 ? 1 : 0;
        return valid;
    }

    private ReadOnlySpan<double> Candidate(WhiteningNode node) => new(_plan.Frame.Doubles(_plan.Context.BufferOf(node.Candidate)), checked((int)node.Inputs[1].Shape.ElementsPerSample));

    /// <summary>Averages a batch's matrix in. Its candidate is the running one moved towards it, <c>r + rate (W - r)</c>.</summary>
    private void Join(WhiteningNode node, double[] average, double share)
    {
        ReadOnlySpan<double> candidate = Candidate(node), running = _model.States[node.Inputs[1].Producer.Name].Span;
        double rate = node.Options.RunningAverage.RateAt((long)_model.States[node.Inputs[2].Producer.Name].Span[1]);
        for (var i = 0; i < average.Length; i++) average[i] += (running[i] + ((candidate[i] - running[i]) / rate) - average[i]) * share;
    }
}
