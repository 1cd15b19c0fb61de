using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Planning;
using Evenkeel.Numerics.Kernels.BatchNorm;

namespace Evenkeel.Engine.Steps;

/// <summary>Multiplies a product's weights by batch normalisation's scale and moves the rest into the bias: <c>W' = W a</c>, <c>b' = (c - m) a + b</c>.</summary>
/// <remarks>Computed in double and rounded once; runs only when parameters or states have changed.</remarks>
public sealed class FoldStep : Step
{
    private readonly PlanBuffer _weights;
    private readonly PlanBuffer? _bias;
    private readonly PlanBuffer _transform;
    private readonly PlanBuffer _foldedWeights;
    private readonly PlanBuffer _foldedBias;

    internal FoldStep(string name, PlanBuffer weights, PlanBuffer? bias, PlanBuffer transform, PlanBuffer foldedWeights, PlanBuffer foldedBias)
        : base(name) => (_weights, _bias, _transform, _foldedWeights, _foldedBias) = (weights, bias, transform, foldedWeights, foldedBias);

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Single);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads =>
        ((PlanBuffer?[])[_weights, _bias, _transform]).OfType<PlanBuffer>().Select(static buffer => new Access(buffer, false));

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_foldedWeights, false), new(_foldedBias, false)];

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => 1;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var (rows, columns) = (_weights.Shape.RowsPerSample, _weights.Shape.Channels);
        var transform = NormalizationCoefficients.At(frame.Floats(_transform), columns);
        float* weights = frame.Floats(_weights), folded = frame.Floats(_foldedWeights);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                folded[((long)row * columns) + column] = (float)((double)weights[((long)row * columns) + column] * transform.Scale[column]);
        }

        float* bias = frame.FloatsOrNull(_bias), foldedBias = frame.Floats(_foldedBias);
        for (var column = 0; column < columns; column++)
        {
            var start = bias == null ? 0.0 : bias[column];
            foldedBias[column] = (float)(((start - transform.Center[column]) * transform.Scale[column]) + transform.Shift[column]);
        }
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
    }

    /// <inheritdoc/>
    public override string Describe() => $"fold batch normalisation into {_weights.Shape}";
}
