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

/// <summary>The gradient of standardised or normalised weights, by panels of units.</summary>
public sealed class WeightNormBackwardStep : Step, ILowering<WeightNormBackwardNode>
{
    private readonly WeightReparametrization _kind;
    private readonly Shape _shape;
    private readonly ColumnPanels _panels;
    private readonly PlanBuffer _transform;
    private readonly NormalizationBackwardSweeps _sweeps;
    private PlanBuffer _cotangent;
    private PlanBuffer _input;
    private PlanBuffer _weightCotangent;
    private PlanBuffer? _gainCotangent;

    private WeightNormBackwardStep(WeightNormBackwardNode node, LoweringContext context)
        : base(node.Name)
    {
        (_kind, _shape) = (node.Reparametrization, node.WeightCotangent.Shape);
        _panels = new ColumnPanels(_shape.Channels, context.Width / (8 * sizeof(float)));
        (_cotangent, _input, _transform) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), context.BufferOf(node.Inputs[2]));
        _weightCotangent = context.BufferOf(node.WeightCotangent);
        _gainCotangent = context.IsUsed(node.GainCotangent) ? context.BufferOf(node.GainCotangent) : null;
        _sweeps = new NormalizationBackwardSweeps(context.Width);
    }

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Own);

    /// <summary>Sums as doubles, then two coefficients per unit.</summary>
    /// <inheritdoc/>
    public override long ScratchFloats => (2 * GradientSlot.Doubles(_shape.Channels)) + (2L * _shape.Channels);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_cotangent, false), new(_input, false), new(_transform, false)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => _gainCotangent is null ? [new(_weightCotangent, false)] : [new(_weightCotangent, false), new(_gainCotangent, false)];

    /// <summary>Adds the step.</summary>
    public static void Lower(WeightNormBackwardNode node, LoweringContext context) => context.Add(new WeightNormBackwardStep(node, context));

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => _panels.Count;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var channels = _shape.Channels;
        var (first, width) = _panels[part.Piece];
        var window = new Window(0, (int)(_shape.ElementsPerSample / channels), first, first + width);
        var coefficients = NormalizationCoefficients.At(frame.Floats(_transform), channels);
        var slot = (double*)frame.Scratch;
        float* factors = frame.Scratch + (2 * GradientSlot.Doubles(channels)), constants = factors + channels;
        float* v = frame.Floats(_input), dw = frame.Floats(_cotangent), gain = frame.FloatsOrNull(_gainCotangent);
        _sweeps.Reduce(v, channels, dw, channels, window, channels, coefficients, slot);
        var standardised = _kind == WeightReparametrization.Standardized;
        for (var unit = first; unit < first + width; unit++)
        {
            // The mean square that a standardised unit is divided by has 1/n in it, the square of a length has not.
            double sum = slot[unit], remainder = coefficients.Remainder[unit], inverse = coefficients.InverseDeviation[unit], scale = coefficients.Scale[unit], n = standardised ? window.Rows : 1;
            var along = inverse * (slot[channels + unit] - (remainder * sum));
            var factor = -scale * inverse * along / n;
            if (gain != null) gain[unit] = (float)along;
            factors[unit] = (float)factor;
            constants[unit] = standardised ? (float)((-scale * sum / n) - (factor * remainder)) : 0;
        }

        _sweeps.Apply(v, channels, dw, channels, frame.Floats(_weightCotangent), window, coefficients, factors, channels);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_cotangent == buffer) _cotangent = by;
        if (_input == buffer) _input = by;
        if (_weightCotangent == buffer) _weightCotangent = by;
        if (_gainCotangent == buffer) _gainCotangent = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"gradient of weights {_shape}";
}
