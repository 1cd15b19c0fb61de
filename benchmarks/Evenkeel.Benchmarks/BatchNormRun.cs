using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.Numerics.Memory;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Benchmarks;

/// <summary>The four sweeps of batch normalisation over rows x channels, in blocks of rows; the second sweep of each direction runs backwards, to meet what the first one left in the caches.</summary>
/// <typeparam name="TActivation">The fused nonlinearity.</typeparam>
internal sealed unsafe class BatchNormRun<TActivation> : BenchmarkRun
    where TActivation : struct, IActivation
{
    private const int BlockFloats = 64 * 1024;
    private const long CacheFloats = 4 * 1024 * 1024;

    private readonly WorkTeam _team;
    private readonly NativeBuffer _x;
    private readonly NativeBuffer _y;
    private readonly NativeBuffer _dy;
    private readonly NativeBuffer _dx;
    private readonly NativeBuffer _channels;
    private readonly NativeBuffer _slots;
    private readonly Job[] _sweeps;
    private readonly int _pieces;

    public BatchNormRun(int bits, int rows, int channels, int threads)
    {
        _team = WorkTeam.Lease(threads);
        var elements = (long)rows * channels;
        (_x, _y, _dy, _dx) = (new(elements), new(elements), new(elements), new(elements));
        new RandomStream(0, "x").FillUniform(_x.Span);
        new RandomStream(0, "dy").FillUniform(_dy.Span);
        _channels = new(11L * channels);
        _channels.Span[..channels].Fill(1);
        var blockRows = Math.Max(1, BlockFloats / channels);
        _pieces = (rows + blockRows - 1) / blockRows;
        _slots = new(2 * MomentSlot.Doubles(channels) * _pieces);

        var gamma = _channels.Pointer;
        var coefficients = NormalizationCoefficients.At(gamma + (2 * channels), channels);
        var (gradients, factors) = (7 * channels, 9 * channels);
        var slots = (double*)_slots.Pointer;
        var past = elements > CacheFloats;
        Window Block(int piece) => new(piece * blockRows, Math.Min(rows, (piece + 1) * blockRows), 0, channels);

        var statistics = KernelEntry<BatchStatisticsArguments>.Of<BatchStatistics>(bits);
        var merge = KernelEntry<MergeStatisticsArguments>.Of<MergeStatistics>(bits);
        var finalize = KernelEntry<FinalizeStatisticsArguments>.Of<FinalizeStatistics>(bits);
        var normalize = KernelEntry<NormalizeActivateArguments>.Of<NormalizeActivate<TActivation>>(bits);
        var reduce = KernelEntry<BackwardReduceArguments>.Of<BackwardReduce<TActivation>>(bits);
        var backward = KernelEntry<BackwardFinalizeArguments>.Of<BackwardFinalize>(bits);
        var apply = KernelEntry<BackwardApplyArguments>.Of<BackwardApply<TActivation>>(bits);
        _sweeps =
        [
            new(piece =>
            {
                var call = new BatchStatisticsArguments { Input = _x.Pointer, InputStride = channels, Window = Block(piece), Channels = channels, Slot = slots + (piece * MomentSlot.Doubles(channels)) };
                statistics.Run(ref call);
            }),
            new(_ =>
            {
                var merging = new MergeStatisticsArguments { Slot = slots, Others = slots + MomentSlot.Doubles(channels), Pieces = _pieces - 1, Channels = channels, EndChannel = channels };
                merge.Run(ref merging);
                var call = new FinalizeStatisticsArguments { Slot = slots, Channels = channels, EndChannel = channels, Gamma = gamma, Beta = gamma + channels, Epsilon = 1e-5, Coefficients = coefficients };
                finalize.Run(ref call);
            }),
            new(piece =>
            {
                var call = new NormalizeActivateArguments { Input = _x.Pointer, InputStride = channels, Output = _y.Pointer, OutputStride = channels, Window = Block(_pieces - 1 - piece), Coefficients = coefficients, NonTemporal = past };
                normalize.Run(ref call);
            }),
            new(piece =>
            {
                var call = new BackwardReduceArguments { Input = _x.Pointer, InputStride = channels, OutputGradient = _dy.Pointer, OutputGradientStride = channels, Window = Block(piece), Channels = channels, Coefficients = coefficients, Slot = slots + (piece * GradientSlot.Doubles(channels)) };
                reduce.Run(ref call);
            }),
            new(_ =>
            {
                var call = new BackwardFinalizeArguments
                {
                    Slots = slots, Pieces = _pieces, Channels = channels, EndChannel = channels, Count = rows, ThroughStatistics = true, Coefficients = coefficients,
                    GammaGradient = gamma + gradients, BetaGradient = gamma + gradients + channels, InputFactor = gamma + factors, Constant = gamma + factors + channels,
                };
                backward.Run(ref call);
            }),
            new(piece =>
            {
                var call = new BackwardApplyArguments
                {
                    Input = _x.Pointer, InputStride = channels, OutputGradient = _dy.Pointer, OutputGradientStride = channels, InputGradient = _dx.Pointer, InputGradientStride = channels,
                    Window = Block(_pieces - 1 - piece), Coefficients = coefficients, InputFactor = gamma + factors, Constant = gamma + factors + channels, NonTemporal = past,
                };
                apply.Run(ref call);
            }),
        ];
    }

    public override void Step()
    {
        for (var i = 0; i < _sweeps.Length; i++) _team.Run(_sweeps[i], i is 1 or 4 ? 1 : _pieces);
    }

    public override void Dispose()
    {
        _team.Dispose();
        foreach (var buffer in (NativeBuffer[])[_x, _y, _dy, _dx, _channels, _slots]) buffer.Dispose();
    }

    private sealed class Job(Action<int> run) : PieceJob
    {
        public override void Run(int piece, int worker) => run(piece);
    }
}
