using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.Numerics.Memory;

namespace Evenkeel.Engine.Execution;

/// <summary>Commits one layer's candidates into its running statistics.</summary>
internal sealed unsafe class RunningUpdate(IStatisticsCandidate layer, Model model, CompiledPlan plan)
{
    private readonly KernelEntry<RunningStatisticsUpdateArguments> _kernel = KernelEntry<RunningStatisticsUpdateArguments>.Of<RunningStatisticsUpdate>(32);
    private readonly double* _mean = Of(model, layer.Node.RunningMean.Producer.Name);
    private readonly double* _variance = Of(model, layer.Node.RunningVariance.Producer.Name);
    private readonly double* _weight = Of(model, layer.Node.RunningWeight.Producer.Name);

    private NativeBuffer? _held;
    private bool _isHeld;
    private long _values;

    /// <summary>What a plan has to compute for the running statistics of a model.</summary>
    public static IEnumerable<Value> Candidates(Model model) => model.Nodes.OfType<BatchNormNode>().Where(static node => node.Options.UpdateRunningStatistics).Select(static node => node.Candidate);

    /// <summary>The updates of all running statistics that a plan moves.</summary>
    public static RunningUpdate[] All(Model model, CompiledPlan plan) =>
        [.. plan.Context.Steps.OfType<IStatisticsCandidate>().Where(static step => step.Node.Options.UpdateRunningStatistics).Select(step => new RunningUpdate(step, model, plan))];

    /// <summary>Keeps the candidates of the newest run, because another run follows before the commit.</summary>
    public void Hold()
    {
        // Two rows of doubles.
        _held ??= new NativeBuffer(4 * layer.Node.Input.Shape.Channels);
        new ReadOnlySpan<float>(plan.Frame.Floats(layer.Candidate), (int)_held.Length).CopyTo(_held.Span);
        _isHeld = true;
    }

    /// <summary>Joins the candidates of the newest run to those of the runs before it, so that they become what all their values together give.</summary>
    /// <param name="count">Samples of the run.</param>
    /// <param name="isFirst">Whether the runs before belong to another step.</param>
    public void Join(int count, bool isFirst)
    {
        var (options, channels) = (layer.Node.Options, layer.Node.Input.Shape.Channels);
        long values = layer.Node.Input.Shape.Rows(count);
        if (isFirst)
        {
            Hold();
            _values = values;
            return;
        }

        // Variances about each run's own mean lack what the means differ by; other norms' squares and ghost batches, which have statistics of their own, are averaged as they are.
        var merges = options is { Divisor: BatchNormDivisor.StandardDeviation, GhostSize: 0 };
        var freedom = merges && options.VarianceEstimator == VarianceEstimator.Sample ? 1 : 0;
        double* held = (double*)_held!.Pointer, newest = plan.Frame.Doubles(layer.Candidate);
        var total = _values + values;
        for (var channel = 0; channel < channels; channel++)
        {
            var delta = newest[channel] - held[channel];
            held[channel] += delta * values / total;
            var squares = ((_values - freedom) * held[channels + channel]) + ((values - freedom) * newest[channels + channel]);
            if (merges) squares += delta * delta * _values * values / total;
            held[channels + channel] = squares / (total - freedom);
        }

        _values = total;
    }

    /// <summary>Forgets what was held: the step is over.</summary>
    public void Release() => _isHeld = false;

    public void Commit()
    {
        var channels = layer.Node.Input.Shape.Channels;
        var candidate = _isHeld ? (double*)_held!.Pointer : plan.Frame.Doubles(layer.Candidate);
        var arguments = new RunningStatisticsUpdateArguments
        {
            RunningMean = _mean,
            RunningVariance = _variance,
            Weight = _weight,
            CandidateMean = candidate,
            CandidateVariance = candidate + channels,
            Channels = channels,
            Rate = layer.Node.Options.RunningAverage.RateAt((long)_weight[1]),
        };
        _kernel.Run(ref arguments);
        _weight[1]++;
    }

    private static double* Of(Model model, string name) => model.States.Pointer + model.States[name].Offset;
}
