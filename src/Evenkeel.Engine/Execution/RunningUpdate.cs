using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.Numerics.Memory;

namespace Evenkeel.Engine.Execution;

/// <summary>Commits one layer's candidates into its running statistics.</summary>
internal sealed unsafe class RunningUpdate(RunningStatistics layer, Model model, CompiledPlan plan) : StateUpdate
{
    private readonly KernelEntry<RunningStatisticsUpdateArguments> _kernel = KernelEntry<RunningStatisticsUpdateArguments>.Of<RunningStatisticsUpdate>(32);
    private readonly double* _mean = Of(model, layer.Mean.Producer.Name);
    private readonly double* _variance = Of(model, layer.Variance.Producer.Name);
    private readonly double* _weight = Of(model, layer.Weight.Producer.Name);

    private readonly PlanBuffer _candidate = plan.Context.BufferOf(layer.Candidate);

    private NativeBuffer? _held;
    private bool _isHeld;
    private long _values;

    /// <summary>The running statistics that training moves.</summary>
    public static IEnumerable<RunningStatistics> Moved(Model model) => model.Nodes.SelectMany(static node => node.Statistics).Where(static statistics => statistics.Options.UpdateRunningStatistics);

    public override void Hold()
    {
        // Two rows of doubles.
        _held ??= new NativeBuffer(4 * layer.Shape.Channels);
        new ReadOnlySpan<float>(plan.Frame.Floats(_candidate), (int)_held.Length).CopyTo(_held.Span);
        _isHeld = true;
    }

    public override void Join(int count, bool isFirst)
    {
        var (options, channels) = (layer.Options, layer.Shape.Channels);
        long values = layer.Shape.Rows(count);
        if (isFirst)
        {
            Hold();
            _values = values;
            return;
        }

        // Variances about each run's own mean lack what the means differ by; other norms' squares and ghost batches, which have statistics of their own, are averaged as they are.
        var merges = options is { Divisor: BatchNormDivisor.StandardDeviation, GhostSize: 0 };
        var freedom = merges && options.VarianceEstimator == VarianceEstimator.Sample ? 1 : 0;
        double* held = (double*)_held!.Pointer, newest = plan.Frame.Doubles(_candidate);
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

    public override void Release() => _isHeld = false;

    public override void Commit()
    {
        var channels = layer.Shape.Channels;
        var candidate = _isHeld ? (double*)_held!.Pointer : plan.Frame.Doubles(_candidate);
        var arguments = new RunningStatisticsUpdateArguments
        {
            RunningMean = _mean,
            RunningVariance = _variance,
            Weight = _weight,
            CandidateMean = candidate,
            CandidateVariance = candidate + channels,
            Channels = channels,
            Rate = layer.Options.RunningAverage.RateAt((long)_weight[1]),
        };
        _kernel.Run(ref arguments);
        _weight[1]++;
    }

    private static double* Of(Model model, string name) => model.States.Pointer + model.States[name].Offset;
}
