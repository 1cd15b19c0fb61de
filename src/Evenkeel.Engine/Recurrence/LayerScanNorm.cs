using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Normalization;

namespace Evenkeel.Engine.Recurrence;

/// <summary>Layer normalisation inside a recurrent layer: a sample of a time step by its own channels.</summary>
/// <remarks>Ba, Kiros and Hinton, arXiv 1607.06450, section 3.1.</remarks>
internal sealed unsafe class LayerScanNorm
{
    private readonly float _epsilon;
    private readonly int _channels;
    private readonly PlanBuffer _gamma;
    private readonly PlanBuffer? _beta;
    private readonly PlanBuffer _statistics;
    private readonly KernelEntry<LayerNormForwardArguments> _forward;
    private readonly KernelEntry<LayerNormBackwardArguments> _backward;

    public LayerScanNorm(float epsilon, int channels, Value gamma, Value? beta, Value statistics, LoweringContext context)
    {
        (_epsilon, _channels) = (epsilon, channels);
        _gamma = context.BufferOf(gamma);
        _beta = beta is null ? null : context.BufferOf(beta);
        _statistics = context.BufferOf(statistics);
        _forward = KernelEntry<LayerNormForwardArguments>.Of<LayerNormForward>(context.Width);
        _backward = KernelEntry<LayerNormBackwardArguments>.Of<LayerNormBackward>(context.Width);
    }

    public IEnumerable<PlanBuffer> Reads => ((PlanBuffer?[])[_gamma, _beta]).OfType<PlanBuffer>();

    public PlanBuffer Statistics => _statistics;

    /// <summary>Normalises one row; the backward pass may do it again.</summary>
    /// <param name="frame">The worker.</param>
    /// <param name="row">Which row of <c>[N, T]</c> it is.</param>
    /// <param name="x">Its channels.</param>
    /// <param name="y">Written.</param>
    public void Run(Frame frame, nint row, float* x, float* y)
    {
        var arguments = new LayerNormForwardArguments
        {
            Input = x,
            Gamma = frame.Floats(_gamma),
            Beta = frame.FloatsOrNull(_beta),
            Output = y,
            Statistics = frame.Floats(_statistics) + (row * LayerNormForward.Statistics),
            EndRow = 1,
            Channels = _channels,
            Epsilon = _epsilon,
            SubtractsMean = true,
        };
        _forward.Run(ref arguments);
    }

    /// <summary>Turns the cotangent of a normalised row into that of the row, in place, and adds to the piece's dgamma and dbeta.</summary>
    /// <param name="frame">The worker.</param>
    /// <param name="row">Which row of <c>[N, T]</c> it is.</param>
    /// <param name="x">Its channels before they were normalised.</param>
    /// <param name="dy">Read and written.</param>
    /// <param name="sums">The piece's sums, two rows of channels.</param>
    /// <param name="scratch">Two rows of floats, zero before and after.</param>
    public void Backward(Frame frame, nint row, float* x, float* dy, double* sums, float* scratch)
    {
        var arguments = new LayerNormBackwardArguments
        {
            Input = x,
            OutputGradient = dy,
            Gamma = frame.Floats(_gamma),
            Statistics = frame.Floats(_statistics) + (row * LayerNormForward.Statistics),
            InputGradient = dy,
            Sums = sums,
            Scratch = scratch,
            EndRow = 1,
            Channels = _channels,
            SubtractsMean = true,
        };
        _backward.Run(ref arguments);
    }
}
