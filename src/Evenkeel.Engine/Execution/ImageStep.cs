using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;

namespace Evenkeel.Engine.Execution;

/// <summary>A step that makes whole images: cut by samples, or by rows of every image where samples are few.</summary>
public abstract class ImageStep : Step
{
    /// <summary>A piece of rows makes about so many numbers, or does so many multiply-adds' worth of work.</summary>
    private const long PieceWork = 64 * 1024;

    /// <summary>Enough pieces of one image for a balanced load.</summary>
    private const int MostBlocks = 16;

    private readonly int _rows;
    private readonly int _blocks;

    /// <summary>Creates the step.</summary>
    /// <param name="name">The node that it came from.</param>
    /// <param name="rows">Rows of the images that it writes.</param>
    /// <param name="work">The numbers of such an image, or the multiply-adds that it takes.</param>
    /// <param name="context">Capacity.</param>
    protected ImageStep(string name, int rows, long work, LoweringContext context)
        : base(name)
    {
        Grid = new Grid(context.Capacity >= SampleCut.LeastCapacity ? GridKind.Samples : GridKind.Own);
        _rows = rows;
        _blocks = (int)Math.Clamp(work / PieceWork, 1, Math.Min(rows, MostBlocks));
    }

    /// <inheritdoc/>
    public sealed override Grid Grid { get; }

    /// <summary>How a piece touches a batched tensor of which it needs its own images alone.</summary>
    protected Access OfImages(PlanBuffer buffer) => new(buffer, Grid.Kind == GridKind.Samples);

    /// <inheritdoc/>
    public sealed override int Pieces(int phase, int count) => Grid.Kind == GridKind.Samples ? SampleCut.Pieces(count) : count * _blocks;

    /// <summary>The images of a part, and the rows of each that it writes.</summary>
    private protected (int FirstImage, int EndImage, int FirstRow, int EndRow) ImagesOf(in Part part)
    {
        if (Grid.Kind == GridKind.Samples) return (part.FirstSample, part.EndSample, 0, _rows);
        var (image, block) = Math.DivRem(part.Piece, _blocks);
        return (image, image + 1, (int)((long)_rows * block / _blocks), (int)((long)_rows * (block + 1) / _blocks));
    }
}
