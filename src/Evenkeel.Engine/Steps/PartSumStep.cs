using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Reduction;

namespace Evenkeel.Engine.Steps;

/// <summary>Adds what the pieces of samples summed for themselves, in the order of the pieces.</summary>
public sealed class PartSumStep : Step
{
    private const int PieceFloats = 4096;

    private readonly PlanBuffer _parts;
    private readonly int _floats;
    private readonly KernelEntry<PartSumsArguments> _kernel;
    private PlanBuffer _result;

    internal PartSumStep(string name, PlanBuffer parts, Shape shape, PlanBuffer result, LoweringContext context)
        : base(name)
    {
        (_parts, _result) = (parts, result);
        _floats = checked((int)shape.ElementsPerSample);
        _kernel = KernelEntry<PartSumsArguments>.Of<PartSums>(context.Width);
    }

    /// <inheritdoc/>
    public override Grid Grid => new(GridKind.Own);

    /// <inheritdoc/>
    public override IEnumerable<Access> Reads => [new(_parts, false)];

    /// <inheritdoc/>
    public override IEnumerable<Access> Writes => [new(_result, false)];

    /// <inheritdoc/>
    public override int Pieces(int phase, int count) => (_floats + PieceFloats - 1) / PieceFloats;

    /// <inheritdoc/>
    public override unsafe void Run(Frame frame, int phase, in Part part)
    {
        var first = part.Piece * PieceFloats;
        var arguments = new PartSumsArguments
        {
            Parts = frame.Floats(_parts) + first,
            Stride = _floats,
            Count = SampleCut.Pieces(frame.Count),
            Output = frame.Floats(_result) + first,
            Rows = 1,
            Length = Math.Min(PieceFloats, _floats - first),
        };
        _kernel.Run(ref arguments);
    }

    /// <inheritdoc/>
    public override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (_result == buffer) _result = by;
    }

    /// <inheritdoc/>
    public override string Describe() => $"add the pieces' sums of {_result.Shape}";
}
