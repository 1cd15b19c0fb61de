using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.TestKit;

namespace Evenkeel.Numerics.Tests.Kernels.BatchNorm;

/// <summary>Drives the sweeps of a normalisation as a plan would: pieces, merge, finalise, apply; everything in guarded, strided buffers.</summary>
internal sealed unsafe class BatchNormRun : IDisposable
{
    private readonly int _bits;
    private readonly int _rows;
    private readonly int _channels;
    private readonly (Window Window, int Slot)[] _pieces;
    private readonly int _rowPieces;
    private readonly GuardedBuffer<double> _moments;
    private readonly GuardedBuffer<double> _sums;
    private readonly GuardedBuffer<float> _coefficients;
    private readonly GuardedBuffer<float> _factors;
    private readonly GuardedBuffer<float> _gradients;
    private readonly StridedMatrix _x;

    public BatchNormRun(int bits, float[] x, int channels, int rowPieces = 1, int columnPieces = 1, int gap = 3)
    {
        (_bits, _channels, _rows, _rowPieces) = (bits, channels, x.Length / channels, rowPieces);
        _x = new StridedMatrix(_rows, channels, gap, x);
        _pieces = [.. from r in Enumerable.Range(0, rowPieces)
                      from c in Enumerable.Range(0, columnPieces)
                      select (new Window(_rows * r / rowPieces, _rows * (r + 1) / rowPieces, channels * c / columnPieces, channels * (c + 1) / columnPieces), r)];
        _moments = new GuardedBuffer<double>((int)MomentSlot.Doubles(channels) * rowPieces);
        _sums = new GuardedBuffer<double>((int)GradientSlot.Doubles(channels) * rowPieces);
        _coefficients = new GuardedBuffer<float>(NormalizationCoefficients.Planes * channels);
        _factors = new GuardedBuffer<float>(2 * channels);
        _gradients = new GuardedBuffer<float>(2 * channels);
        Coefficients = NormalizationCoefficients.At(_coefficients.Pointer, channels);
    }

    public NormalizationCoefficients Coefficients { get; }

    public double[] Mean { get; private set; } = [];

    public double[] M2 { get; private set; } = [];

    public double[] CandidateMean { get; private set; } = [];

    public double[] CandidateVariance { get; private set; } = [];

    public int NonFiniteChannels { get; private set; }

    public float[] GammaGradient => _gradients.Span[.._channels].ToArray();

    public float[] BetaGradient => _gradients.Span[_channels..].ToArray();

    public float[] Plane(float* plane) => new ReadOnlySpan<float>(plane, _channels).ToArray();

    public BatchNormRun Statistics()
    {
        foreach (var (piece, slot) in _pieces)
        {
            var arguments = new BatchStatisticsArguments
            {
                Input = _x.Pointer,
                InputStride = _x.Stride,
                Window = piece,
                Channels = _channels,
                Slot = _moments.Pointer + (slot * MomentSlot.Doubles(_channels)),
            };
            Run.Kernel<BatchStatistics, BatchStatisticsArguments>(_bits, ref arguments);
        }

        // In two ranges of channels, as two workers might.
        foreach (var (first, end) in new[] { (0, _channels / 2), (_channels / 2, _channels) })
        {
            var merge = new MergeStatisticsArguments { Slot = _moments.Pointer, Others = _moments.Pointer + MomentSlot.Doubles(_channels), Pieces = _rowPieces - 1, Channels = _channels, FirstChannel = first, EndChannel = end };
            Run.Kernel<MergeStatistics, MergeStatisticsArguments>(_bits, ref merge);
        }

        Assert.All(_moments.Span[.._channels].ToArray(), n => Assert.Equal(_rows, n));
        Mean = _moments.Span.Slice(_channels, _channels).ToArray();
        M2 = _moments.Span.Slice(2 * _channels, _channels).ToArray();
        return this;
    }

    public BatchNormRun Finalize(float[]? gamma, float[]? beta, double epsilon, VarianceKind kind = VarianceKind.Population)
    {
        CandidateMean = new double[_channels];
        CandidateVariance = new double[_channels];
        fixed (float* g = gamma, b = beta)
        fixed (double* mean = CandidateMean, variance = CandidateVariance)
        {
            var arguments = new FinalizeStatisticsArguments
            {
                Slot = _moments.Pointer,
                Channels = _channels,
                EndChannel = _channels,
                Gamma = g,
                Beta = b,
                Epsilon = epsilon,
                CandidateKind = kind,
                Coefficients = Coefficients,
                CandidateMean = mean,
                CandidateVariance = variance,
            };
            Run.Kernel<FinalizeStatistics, FinalizeStatisticsArguments>(_bits, ref arguments);
            NonFiniteChannels = arguments.NonFiniteChannels;
        }

        return this;
    }

    public float[] Forward<TActivation>(bool inPlace = false, bool nonTemporal = false)
        where TActivation : struct, IActivation
    {
        using var y = inPlace ? new StridedMatrix(_rows, _channels, 3, _x.Values) : new StridedMatrix(_rows, _channels, 1);
        foreach (var (piece, slot) in _pieces)
        {
            var arguments = new NormalizeActivateArguments
            {
                Input = inPlace ? y.Pointer : _x.Pointer,
                InputStride = inPlace ? y.Stride : _x.Stride,
                Output = y.Pointer,
                OutputStride = y.Stride,
                Window = piece,
                Coefficients = Coefficients,
                NonTemporal = nonTemporal,
            };
            Run.Kernel<NormalizeActivate<TActivation>, NormalizeActivateArguments>(_bits, ref arguments);
        }

        return y.Values;
    }

    /// <summary>dx; dgamma and dbeta are left in their properties.</summary>
    /// <param name="y">The stored output, or null to recompute the derivative.</param>
    /// <param name="store">Store dz in the first sweep and start the second from it.</param>
    public float[] Backward<TActivation>(float[] dy, float[]? y, bool store, bool throughStatistics = true)
        where TActivation : struct, IActivation
    {
        using var gradient = new StridedMatrix(_rows, _channels, 2, dy);
        using var output = new StridedMatrix(_rows, _channels, 5, y);
        using var dx = new StridedMatrix(_rows, _channels, 0);
        foreach (var (piece, slot) in _pieces)
        {
            var arguments = new BackwardReduceArguments
            {
                Input = _x.Pointer,
                InputStride = _x.Stride,
                OutputGradient = gradient.Pointer,
                OutputGradientStride = gradient.Stride,
                Output = y == null ? null : output.Pointer,
                OutputStride = output.Stride,
                StoreGradient = store,
                Window = piece,
                Channels = _channels,
                Coefficients = Coefficients,
                Slot = _sums.Pointer + (slot * GradientSlot.Doubles(_channels)),
            };
            Run.Kernel<BackwardReduce<TActivation>, BackwardReduceArguments>(_bits, ref arguments);
        }

        var finalize = new BackwardFinalizeArguments
        {
            Slots = _sums.Pointer,
            Pieces = _rowPieces,
            Channels = _channels,
            EndChannel = _channels,
            Count = _rows,
            ThroughStatistics = throughStatistics,
            Coefficients = Coefficients,
            GammaGradient = _gradients.Pointer,
            BetaGradient = _gradients.Pointer + _channels,
            InputFactor = _factors.Pointer,
            Constant = _factors.Pointer + _channels,
        };
        Run.Kernel<BackwardFinalize, BackwardFinalizeArguments>(_bits, ref finalize);

        foreach (var (piece, slot) in _pieces.Reverse())
        {
            // With dz stored, dx is written over it.
            var arguments = new BackwardApplyArguments
            {
                Input = _x.Pointer,
                InputStride = _x.Stride,
                OutputGradient = gradient.Pointer,
                OutputGradientStride = gradient.Stride,
                Output = y == null || store ? null : output.Pointer,
                OutputStride = output.Stride,
                InputGradient = store ? gradient.Pointer : dx.Pointer,
                InputGradientStride = store ? gradient.Stride : dx.Stride,
                Window = piece,
                Coefficients = Coefficients,
                InputFactor = _factors.Pointer,
                Constant = _factors.Pointer + _channels,
            };
            if (store) Run.Kernel<BackwardApply<Identity>, BackwardApplyArguments>(_bits, ref arguments);
            else Run.Kernel<BackwardApply<TActivation>, BackwardApplyArguments>(_bits, ref arguments);
        }

        return store ? gradient.Values : dx.Values;
    }

    public void Dispose()
    {
        _x.Dispose();
        _moments.Dispose();
        _sums.Dispose();
        _coefficients.Dispose();
        _factors.Dispose();
        _gradients.Dispose();
    }
}
