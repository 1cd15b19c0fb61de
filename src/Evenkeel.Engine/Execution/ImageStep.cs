using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Engine.Execution;

/// <summary>A step that makes whole images: cut by samples, or by rows of every image where samples are few.</summary>
/// <remarks>A broad step (a convolution with a filter that fills a cache) takes all samples of a piece at once and stands in no chain: block by block it would read the filter again and again.</remarks>
public abstract class ImageStep : Step
{
    private readonly RowCut _cut;
    private readonly int _rows;
    private readonly bool _isBroad;

    /// <summary>Creates the step.</summary>
    /// <param name="name">The node that it came from.</param>
    /// <param name="written">The tensor that it writes.</param>
    /// <param name="context">Capacity.</param>
    /// <param name="isBroad">Whether it reads so much besides its images that it wants many of them at once.</param>
    protected ImageStep(string name, Shape written, LoweringContext context, bool isBroad = false)
        : base(name)
    {
        _isBroad = isBroad && context.Capacity >= SampleCut.LeastCapacity;
        Grid = _isBroad ? new Grid(GridKind.Own) : Grid.OfSamples(written, context.Capacity);
        _cut = new RowCut(written);
        _rows = _cut.Height;
    }

    /// <inheritdoc/>
    public sealed override Grid Grid { get; }

    /// <summary>Rows of an image that is written.</summary>
    protected int ImageRows => _rows;

    /// <summary>How a piece reads a batched tensor of which it needs its own images alone: all of an image where it is cut by rows.</summary>
    protected Access OfImages(PlanBuffer buffer) => new(buffer, Grid.Kind == GridKind.Samples);

    /// <summary>How a piece writes: its own samples or rows.</summary>
    protected static Access OfPiece(PlanBuffer buffer) => new(buffer, true);

    /// <inheritdoc/>
    public sealed override int Pieces(int phase, int count) => Grid.Kind switch
    {
        GridKind.Samples => SampleCut.Pieces(count),
        GridKind.Own => SampleCut.BroadPieces(count),
        _ => _cut.Pieces(count),
    };

    /// <summary>The images of a part, and the rows of each that it writes.</summary>
    private protected (int FirstImage, int EndImage, int FirstRow, int EndRow) ImagesOf(in Part part)
    {
        if (part.IsByRows) return (part.FirstSample, part.EndSample, part.FirstRow, part.EndRow);
        if (Grid.Kind == GridKind.Samples) return (part.FirstSample, part.EndSample, 0, _rows);
        if (_isBroad)
        {
            // The part of a step in no chain is the whole batch.
            var (first, end) = SampleCut.Piece(part.Piece, SampleCut.BroadPieces(part.EndSample), part.EndSample);
            return (first, end, 0, _rows);
        }

        var (image, firstRow, endRow) = _cut.Piece(part.Piece);
        return (image, image + 1, firstRow, endRow);
    }
}
