using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Engine.Execution;

/// <summary>A step that makes whole images: cut by samples, or by rows of every image where samples are few.</summary>
public abstract class ImageStep : Step
{
    private readonly RowCut _cut;
    private readonly int _rows;

    /// <summary>Creates the step.</summary>
    /// <param name="name">The node that it came from.</param>
    /// <param name="written">The tensor that it writes.</param>
    /// <param name="context">Capacity.</param>
    protected ImageStep(string name, Shape written, LoweringContext context)
        : base(name)
    {
        Grid = Grid.OfSamples(written, context.Capacity);
        _cut = new RowCut(written);
        _rows = _cut.Height;
    }

    /// <inheritdoc/>
    public sealed override Grid Grid { get; }

    /// <summary>How a piece reads a batched tensor of which it needs its own images alone: all of an image where it is cut by rows.</summary>
    protected Access OfImages(PlanBuffer buffer) => new(buffer, Grid.Kind == GridKind.Samples);

    /// <summary>How a piece writes: its own samples or rows.</summary>
    protected static Access OfPiece(PlanBuffer buffer) => new(buffer, true);

    /// <inheritdoc/>
    public sealed override int Pieces(int phase, int count) => Grid.Kind == GridKind.Samples ? SampleCut.Pieces(count) : _cut.Pieces(count);

    /// <summary>The images of a part, and the rows of each that it writes.</summary>
    private protected (int FirstImage, int EndImage, int FirstRow, int EndRow) ImagesOf(in Part part)
    {
        if (Grid.Kind == GridKind.Samples) return (part.FirstSample, part.EndSample, 0, _rows);
        var (image, firstRow, endRow) = _cut.Piece(part.Piece);
        return (image, image + 1, firstRow, endRow);
    }
}
