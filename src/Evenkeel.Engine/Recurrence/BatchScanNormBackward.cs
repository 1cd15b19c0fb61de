using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Engine.Steps;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.Numerics.Kernels.Recurrent;

namespace Evenkeel.Engine.Recurrence;

/// <summary>The backward pass of <see cref="BatchScanNorm"/>: through the statistics of every time step; dgamma and dbeta add up over all of them.</summary>
internal sealed unsafe class BatchScanNormBackward
{
    private readonly int _channels;
    private readonly PlanBuffer _transform;
    private readonly PlanBuffer _slots;
    private readonly PlanBuffer _sums;
    private readonly PlanBuffer _factors;
    private readonly PlanBuffer? _gamma;
    private readonly PlanBuffer? _beta;
    private readonly NormalizationBackwardSweeps _sweeps;
    private readonly KernelEntry<BackwardFinalizeArguments> _finalize;
    private readonly NormalizationSweeps _forward;

    public BatchScanNormBackward(string name, int channels, Value transform, Value gamma, Value? beta, LoweringContext context)
    {
        _channels = channels;
        _transform = context.BufferOf(transform);
        (_slots, _sums) = (context.NewWorkspace($"{name}.slots", 2 * GradientSlot.Doubles(channels)), context.NewWorkspace($"{name}.sums", 4L * channels));
        _factors = context.NewWorkspace($"{name}.factors", 4L * channels);
        _gamma = context.IsUsed(gamma) ? context.BufferOf(gamma) : null;
        _beta = beta is not null && context.IsUsed(beta) ? context.BufferOf(beta) : null;
        _sweeps = new NormalizationBackwardSweeps(context.Width);
        _finalize = KernelEntry<BackwardFinalizeArguments>.Of<BackwardFinalize>(context.Width);
        _forward = new NormalizationSweeps(context.Width);
    }

    public IEnumerable<PlanBuffer> Writes => ((PlanBuffer?[])[_slots, _sums, _factors, _gamma, _beta]).OfType<PlanBuffer>();

    public IEnumerable<PlanBuffer> Reads => [_transform];

    /// <summary>Sets the sums of channels to zero.</summary>
    public void Begin(Frame frame, int first, int columns)
    {
        new Span<double>(frame.Doubles(_sums) + first, columns).Clear();
        new Span<double>(frame.Doubles(_sums) + _channels + first, columns).Clear();
    }

    /// <summary>Turns the cotangent of what a time step normalised into that of what it was made from, in place.</summary>
    public void Run(Frame frame, int step, int first, int columns, Strip x, Strip dy)
    {
        var window = new Window(0, frame.Count, first, first + columns);
        var coefficients = Coefficients(frame, step);
        float* input = x.First - first, cotangent = dy.First - first;
        var slot = frame.Doubles(_slots);
        _sweeps.Reduce(input, x.Row, cotangent, dy.Row, window, _channels, coefficients, slot);
        var factors = frame.Floats(_factors);
        var finalize = new BackwardFinalizeArguments
        {
            Slots = slot,
            Pieces = 1,
            Channels = _channels,
            FirstChannel = first,
            EndChannel = first + columns,
            Count = frame.Count,
            ThroughStatistics = true,
            Coefficients = coefficients,
            InputFactor = factors,
            Constant = factors + _channels,
            GammaGradient = factors + (2 * _channels),
            BetaGradient = factors + (3 * _channels),
        };
        _finalize.Run(ref finalize);
        var sums = frame.Doubles(_sums);
        for (var channel = first; channel < first + columns; channel++)
        {
            sums[channel] += factors[(2 * _channels) + channel];
            sums[_channels + channel] += factors[(3 * _channels) + channel];
        }

        _sweeps.Apply(input, x.Row, cotangent, dy.Row, cotangent, window, coefficients, factors, _channels);
    }

    /// <summary>Normalises again what the forward pass normalised.</summary>
    public void Again(Frame frame, int step, int first, int columns, Strip x, Strip y) =>
        _forward.Apply(x.First - first, x.Row, y.First - first, y.Row, new Window(0, frame.Count, first, first + columns), Coefficients(frame, step));

    /// <summary>Rounds dgamma and dbeta of channels.</summary>
    public void Finish(Frame frame, int first, int columns)
    {
        var sums = frame.Doubles(_sums);
        for (var channel = first; channel < first + columns; channel++)
        {
            if (_gamma is not null) frame.Floats(_gamma)[channel] = (float)sums[channel];
            if (_beta is not null) frame.Floats(_beta)[channel] = (float)sums[_channels + channel];
        }
    }

    private NormalizationCoefficients Coefficients(Frame frame, int step) =>
        NormalizationCoefficients.At(frame.Floats(_transform) + ((nint)step * NormalizationCoefficients.Planes * _channels), _channels);
}
