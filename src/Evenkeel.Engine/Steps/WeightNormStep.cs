using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.Numerics.Kernels.MatrixProduct;

namespace Evenkeel.Engine.Steps;

/// <summary>Standardises or normalises weights, by panels of units.</summary>
public sealed class WeightNormStep : Step, ILowering<WeightNormNode>
{
    private readonly WeightReparametrization _kind;
    private readonly Shape _shape;
    private readonly ColumnPanels _panels;
    private readonly PlanBuffer? _gain;
    private readonly PlanBuffer _transform;
    private readonly NormalizationSweeps _sweeps;
    private PlanBuffer _input;
    private PlanBuffer _output;

    private WeightNormStep(WeightNormNode node, LoweringContext context)
        : base(node.Name)
    {
        (_kind, _shape) = (node.Reparametrization, node.Output.Shape);
        _panels = new ColumnPanels(_shape.Channels, context.Width / (8 * sizeof(float)));
        (_input, _output, _transform) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Output), context.BufferOf(node.Transform));
        _gain = node.Gain is { } gain ? context.BufferOf(gain) : null;
        _sweeps = new NormalizationSweeps(context.Width);
    }

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Own);

    /// <inheritdoc/>
    public override long ScratchFloats => 2 * MomentSlot.Doubles(_shape.Channels);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => _gain is null ? [new(_input, false)] : [new(_input, false), new(_gain, false)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_output, false), new(_transform, false)];

    /// <summary>Adds the step.</summary>
    public static void Lower(WeightNormNode node, LoweringContext context) => context.Add(new WeightNormStep(node, context));

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => _panels.Count;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var channels = _shape.Channels;
        var (first, width) = _panels[part.Piece];
        var window = new Window(0, (int)(_shape.ElementsPerSample / channels), first, first + width);
        var slot = (double*)frame.Scratch;
        _sweeps.Gather(frame.Floats(_input), channels, window, channels, slot);
        var coefficients = NormalizationCoefficients.At(frame.Floats(_transform), channels);
        var gain = frame.FloatsOrNull(_gain);
        for (var unit = first; unit < first + width; unit++)
        {
            double n = slot[unit], mean = slot[channels + unit], squares = slot[(2 * channels) + unit];
            var divisor = _kind == WeightReparametrization.Standardized ? squares / n : squares + (n * mean * mean);
            if (_kind == WeightReparametrization.Normalized) mean = 0;
            var inverse = 1 / Math.Sqrt(divisor + WeightNormNode.Epsilon);
            var scale = (float)((gain == null ? 1 : gain[unit]) * inverse);
            coefficients.Center[unit] = (float)mean;
            coefficients.Remainder[unit] = (float)(mean - (float)mean);
            coefficients.Scale[unit] = scale;
            coefficients.Shift[unit] = (float)(((float)mean - mean) * scale);
            coefficients.InverseDeviation[unit] = (float)inverse;
        }

        _sweeps.Apply(frame.Floats(_input), channels, frame.Floats(_output), channels, window, coefficients);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_input == buffer) _input = by;
        if (_output == buffer) _output = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"{(_kind == WeightReparametrization.Standardized ? "standardise" : "normalise")} weights {_shape}";
}
