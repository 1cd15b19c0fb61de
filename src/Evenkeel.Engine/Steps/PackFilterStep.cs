using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Planning;
using Evenkeel.Numerics.Kernels.Convolution;

namespace Evenkeel.Engine.Steps;

/// <summary>Lays a filter out as the algorithm that reads it wants it.</summary>
public sealed class PackFilterStep : Step
{
    private readonly ConvolutionAlgorithm _algorithm;

    internal PackFilterStep(string name, ConvolutionAlgorithm algorithm, PlanBuffer filter, PlanBuffer packed)
        : base(name) => (_algorithm, Filter, Packed) = (algorithm, filter, packed);

    /// <summary>The filter as the model stores it.</summary>
    public PlanBuffer Filter { get; private set; }

    /// <summary>The filter as the algorithm reads it.</summary>
    public PlanBuffer Packed { get; private set; }

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Own);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(Filter, false)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(Packed, false)];

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => _algorithm.PackPieces;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part) => _algorithm.PackFilter(frame.Floats(Filter), frame.Floats(Packed), part.Piece);

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (Filter == buffer) Filter = by;
        if (Packed == buffer) Packed = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"pack filter {Filter.Shape} for {_algorithm.Name}";
}
