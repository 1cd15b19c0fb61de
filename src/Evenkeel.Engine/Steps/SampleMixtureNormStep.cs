using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;

namespace Evenkeel.Engine.Steps;

/// <summary>Evaluation of batch normalisation by a mixture of each sample's statistics and the running ones, see <see cref="FinalizeMixture"/>: statistics, finalising and the sweep follow one another while the sample is in the caches.</summary>
/// <remarks>Every sample has coefficients of its own, so that nothing of it can be folded into the weights before it.</remarks>
public sealed class SampleMixtureNormStep : SampleStep
{
    private readonly BatchNormNode _node;
    private readonly PlanBuffer[] _states;
    private readonly PlanBuffer? _gamma;
    private readonly PlanBuffer? _beta;
    private readonly NormalizationSweeps _sweeps;
    private readonly KernelEntry<FinalizeMixtureArguments> _finalize;
    private PlanBuffer _input;
    private PlanBuffer _output;

    internal SampleMixtureNormStep(BatchNormNode node, LoweringContext context)
        : base(node.Name, node.Output.Shape, context)
    {
        _node = node;
        (_input, _output) = (context.BufferOf(node.Input), context.BufferOf(node.Output));
        _states = [context.BufferOf(node.RunningMean), context.BufferOf(node.RunningVariance), context.BufferOf(node.RunningWeight)];
        _gamma = node.Gamma is { } gamma ? context.BufferOf(gamma) : null;
        _beta = node.Beta is { } beta ? context.BufferOf(beta) : null;
        _sweeps = new NormalizationSweeps(context.Width);
        _finalize = KernelEntry<FinalizeMixtureArguments>.Of<FinalizeMixture>(context.Width);
    }

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [OfSamples(_input), .. ((PlanBuffer?[])[.. _states, _gamma, _beta]).OfType<PlanBuffer>().Select(static buffer => new Access(buffer, false))];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [OfSamples(_output)];

    /// <inheritdoc/>
    public override long ScratchFloats => (2 * MomentSlot.Doubles(Shape.Channels)) + (NormalizationCoefficients.Planes * (long)Shape.Channels);

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var channels = Shape.Channels;
        var slot = (double*)frame.Scratch;
        var coefficients = NormalizationCoefficients.At((float*)(slot + MomentSlot.Doubles(channels)), channels);
        var (first, end, _) = SamplesOf(part);
        for (var sample = first; sample < end; sample++)
        {
            var window = new Window(Shape.Rows(sample), Shape.Rows(sample + 1), 0, channels);
            _sweeps.Gather(frame.Floats(_input), channels, window, channels, slot);
            var finalize = new FinalizeMixtureArguments
            {
                Slot = slot,
                Channels = channels,
                EndChannel = channels,
                Running = new RunningMoments(frame.Doubles(_states[0]), frame.Doubles(_states[1]), frame.Doubles(_states[2])),
                SampleWeight = _node.Options.SampleWeight,
                Gamma = frame.FloatsOrNull(_gamma),
                Beta = frame.FloatsOrNull(_beta),
                Epsilon = _node.Options.Epsilon,
                Coefficients = coefficients,
            };
            _finalize.Run(ref finalize);
            _sweeps.Apply(frame.Floats(_input), channels, frame.Floats(_output), channels, window, coefficients);
        }
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_input == buffer) _input = by;
        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"normalise samples of {Shape} by their own statistics with weight {_node.Options.SampleWeight.ToString("G3", System.Globalization.CultureInfo.InvariantCulture)} and the running ones";
}
