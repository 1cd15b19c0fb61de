using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Engine.Steps;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.Numerics.Kernels.Recurrent;

namespace Evenkeel.Engine.Recurrence;

/// <summary>Batch normalisation inside a recurrent layer: every unit by the samples of its time step, forward.</summary>
/// <remarks>Cooijmans et al., arXiv 1603.09025. A piece has all samples of its units, so statistics, finalising and the sweep follow each other without a join.</remarks>
internal sealed unsafe class BatchScanNorm
{
    private readonly RecurrentNorm _norm;
    private readonly bool _evaluates;
    private readonly int _steps;
    private readonly int _channels;
    private readonly PlanBuffer _gamma;
    private readonly PlanBuffer? _beta;
    private readonly PlanBuffer _transform;
    private readonly PlanBuffer[] _running;
    private readonly PlanBuffer? _moments;
    private readonly NormalizationSweeps _sweeps;
    private readonly KernelEntry<FinalizeStatisticsArguments> _finalize;
    private readonly KernelEntry<FinalizeRunningStatisticsArguments> _finalizeRunning;
    private readonly KernelEntry<MergeStatisticsArguments> _merge;

    public BatchScanNorm(string name, RecurrentNorm norm, int steps, int channels, RunningValues running, Value gamma, Value? beta, Value transform, Value candidate, LoweringContext context)
    {
        (_norm, _steps, _channels) = (norm, steps, channels);
        _evaluates = context.Mode == PlanMode.Evaluate;
        _gamma = context.BufferOf(gamma);
        _beta = beta is null ? null : context.BufferOf(beta);
        _transform = context.BufferOf(transform);
        _running = _evaluates ? [context.BufferOf(running.Mean), context.BufferOf(running.Variance), context.BufferOf(running.Weight)] : [];
        Candidate = context.BufferOf(candidate);
        _moments = _evaluates ? null : context.NewWorkspace($"{name}.moments", 2 * steps * MomentSlot.Doubles(channels));
        _sweeps = new NormalizationSweeps(context.Width);
        _finalize = KernelEntry<FinalizeStatisticsArguments>.Of<FinalizeStatistics>(context.Width);
        _finalizeRunning = KernelEntry<FinalizeRunningStatisticsArguments>.Of<FinalizeRunningStatistics>(context.Width);
        _merge = KernelEntry<MergeStatisticsArguments>.Of<MergeStatistics>(context.Width);
    }

    /// <summary>What a commit moves the running statistics to.</summary>
    public PlanBuffer Candidate { get; }

    public IEnumerable<PlanBuffer> Reads => ((PlanBuffer?[])[_gamma, _beta, .. _running]).OfType<PlanBuffer>();

    public IEnumerable<PlanBuffer> Writes => _moments is null ? [_transform] : [_transform, _moments, Candidate];

    /// <summary>Normalises channels of a time step and returns how many have statistics that are not finite.</summary>
    /// <param name="frame">The worker.</param>
    /// <param name="step">The time step.</param>
    /// <param name="first">The first channel.</param>
    /// <param name="columns">Channels.</param>
    /// <param name="x">The first channel of the first sample, and floats between samples.</param>
    /// <param name="y">Likewise; may be x.</param>
    public int Run(Frame frame, int step, int first, int columns, Strip x, Strip y)
    {
        var window = new Window(0, frame.Count, first, first + columns);
        var coefficients = NormalizationCoefficients.At(frame.Floats(_transform) + ((nint)step * NormalizationCoefficients.Planes * _channels), _channels);
        var bad = 0;
        if (_evaluates)
        {
            var from = _norm.PerStep ? step * _channels : 0;
            var running = new FinalizeRunningStatisticsArguments
            {
                Running = new RunningMoments(frame.Doubles(_running[0]) + from, frame.Doubles(_running[1]) + from, frame.Doubles(_running[2])),
                FirstChannel = first,
                EndChannel = first + columns,
                Gamma = frame.Floats(_gamma),
                Beta = frame.FloatsOrNull(_beta),
                Epsilon = _norm.Options.Epsilon,
                Coefficients = coefficients,
            };
            _finalizeRunning.Run(ref running);
        }
        else
        {
            var slot = frame.Doubles(_moments!) + (step * MomentSlot.Doubles(_channels));
            _sweeps.Gather(x.First - first, x.Row, window, _channels, slot);
            var candidate = _norm.PerStep ? frame.Doubles(Candidate) + (step * _channels) : null;
            var finalize = new FinalizeStatisticsArguments
            {
                Slot = slot,
                Channels = _channels,
                FirstChannel = first,
                EndChannel = first + columns,
                Gamma = frame.Floats(_gamma),
                Beta = frame.FloatsOrNull(_beta),
                Epsilon = _norm.Options.Epsilon,
                CandidateKind = Kind,
                Coefficients = coefficients,
                CandidateMean = candidate,
                CandidateVariance = candidate == null ? null : candidate + (_steps * _channels),
            };
            _finalize.Run(ref finalize);
            bad = finalize.NonFiniteChannels;
        }

        _sweeps.Apply(x.First - first, x.Row, y.First - first, y.Row, window, coefficients);
        return bad;
    }

    /// <summary>Completes the candidates once all steps have run: a step that had nothing to normalise leaves mean 0 and variance 1, and shared statistics are those of all steps together.</summary>
    /// <param name="frame">The worker.</param>
    /// <param name="firstStep">The first step that was normalised.</param>
    /// <param name="first">The first channel.</param>
    /// <param name="columns">Channels.</param>
    public void Finish(Frame frame, int firstStep, int first, int columns)
    {
        if (_evaluates) return;
        double* means = frame.Doubles(Candidate), variances = means + (_norm.PerStep ? _steps * _channels : _channels);
        if (_norm.PerStep || firstStep == _steps)
        {
            for (var channel = first; channel < first + columns && firstStep > 0; channel++) (means[channel], variances[channel]) = (0, 1);
            return;
        }

        var slot = frame.Doubles(_moments!) + (firstStep * MomentSlot.Doubles(_channels));
        var merge = new MergeStatisticsArguments { Slot = slot, Others = slot + MomentSlot.Doubles(_channels), Pieces = _steps - firstStep - 1, Channels = _channels, FirstChannel = first, EndChannel = first + columns };
        _merge.Run(ref merge);
        for (var channel = first; channel < first + columns; channel++)
        {
            means[channel] = slot[_channels + channel];
            variances[channel] = slot[(2 * _channels) + channel] / (slot[channel] - (Kind == VarianceKind.Sample ? 1 : 0));
        }
    }

    private VarianceKind Kind => _norm.Options.VarianceEstimator == VarianceEstimator.Sample ? VarianceKind.Sample : VarianceKind.Population;
}
