using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Normalization;

namespace Evenkeel.Engine.Steps;

/// <summary>The backward pass of layer normalisation or RMSNorm, place by place; every piece sums dgamma and dbeta for itself.</summary>
public sealed class LayerNormBackwardStep : SampleStep, ILowering<LayerNormBackwardNode>
{
    private readonly bool _subtractsMean;
    private readonly PlanBuffer _statistics;
    private readonly PlanBuffer? _gamma;
    private readonly PlanBuffer _sums;
    private readonly KernelEntry<LayerNormBackwardArguments> _kernel;
    private PlanBuffer _cotangent;
    private PlanBuffer _input;
    private PlanBuffer? _inputCotangent;

    private LayerNormBackwardStep(LayerNormBackwardNode node, LoweringContext context)
        : base(node.Name, node.InputCotangent.Shape, context)
    {
        _subtractsMean = node.SubtractsMean;
        (_cotangent, _input, _statistics) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), context.BufferOf(node.Inputs[2]));
        _gamma = node.Gamma is { } gamma ? context.BufferOf(gamma) : null;
        _inputCotangent = context.IsUsed(node.InputCotangent) ? context.BufferOf(node.InputCotangent) : null;

        // Two rows of doubles per piece.
        _sums = context.NewWorkspace($"{node.Name}.sums", 4L * Shape.Channels * Pieces(0, context.Capacity));
        _kernel = KernelEntry<LayerNormBackwardArguments>.Of<LayerNormBackward>(context.Width);
    }

    /// <inheritdoc/>
    public override long ScratchFloats => 2L * Shape.Channels;

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads
    {
        get
        {
            yield return OfSamples(_cotangent);
            yield return OfSamples(_input);
            yield return OfSamples(_statistics);
            if (_gamma is not null) yield return new(_gamma, false);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => _inputCotangent is null ? [new(_sums, false)] : [new(_sums, false), OfSamples(_inputCotangent)];

    /// <summary>Adds the steps.</summary>
    public static void Lower(LayerNormBackwardNode node, LoweringContext context)
    {
        var step = new LayerNormBackwardStep(node, context);
        context.Add(step);
        var gamma = context.IsUsed(node.GammaCotangent) ? context.BufferOf(node.GammaCotangent) : null;
        var beta = context.IsUsed(node.BetaCotangent) ? context.BufferOf(node.BetaCotangent) : null;
        if (gamma is not null || beta is not null) context.Add(new SlotSumStep(step, step._sums, step.Shape.Channels, gamma, beta));
    }

    /// <inheritdoc/>
    public override PlanBuffer? InPlaceSource(PlanBuffer written) => written == _inputCotangent ? _cotangent : null;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var (first, end, opens) = SamplesOf(part);
        var sums = frame.Doubles(_sums) + (2L * Shape.Channels * part.Piece);
        if (opens) new Span<double>(sums, 2 * Shape.Channels).Clear();
        new Span<float>(frame.Scratch, 2 * Shape.Channels).Clear();
        var arguments = new LayerNormBackwardArguments
        {
            Input = frame.Floats(_input),
            OutputGradient = frame.Floats(_cotangent),
            Gamma = frame.FloatsOrNull(_gamma),
            Statistics = frame.Floats(_statistics),
            InputGradient = frame.FloatsOrNull(_inputCotangent),
            Sums = sums,
            Scratch = frame.Scratch,
            FirstRow = Shape.Rows(first),
            EndRow = Shape.Rows(end),
            Channels = Shape.Channels,
            SubtractsMean = _subtractsMean,
        };
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_cotangent == buffer) _cotangent = by;
        if (_input == buffer) _input = by;
        if (_inputCotangent == buffer) _inputCotangent = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"backward of {(_subtractsMean ? "layer" : "root mean square")} normalisation of {Shape}";
}
