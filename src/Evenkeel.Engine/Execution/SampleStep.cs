using Evenkeel.Engine.Lowering;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Engine.Execution;

/// <summary>A step that needs whole samples, whatever their shape: cut by samples, or sample by sample where they are few.</summary>
public abstract class SampleStep : Step
{
    /// <summary>Creates the step.</summary>
    protected SampleStep(string name, Shape shape, LoweringContext context)
        : base(name)
    {
        Shape = shape;
        Grid = new Grid(context.Capacity >= SampleCut.LeastCapacity ? GridKind.Samples : GridKind.Own);
    }

    /// <summary>The shape that is worked on.</summary>
    public Shape Shape { get; }

    /// <inheritdoc/>
    public sealed override Grid Grid { get; }

    /// <inheritdoc/>
    public sealed override int Pieces(int phase, int count) => Grid.Kind == GridKind.Samples ? SampleCut.Pieces(count) : count;

    /// <summary>A batched tensor of which a piece touches its own samples alone.</summary>
    protected Access OfSamples(Planning.PlanBuffer buffer) => new(buffer, Grid.Kind == GridKind.Samples);

    /// <summary>The samples of a part, and whether the piece begins with it.</summary>
    private protected (int First, int End, bool Opens) SamplesOf(in Part part) =>
        Grid.Kind == GridKind.Samples ? (part.FirstSample, part.EndSample, part.OpensPiece) : (part.Piece, part.Piece + 1, true);
}
