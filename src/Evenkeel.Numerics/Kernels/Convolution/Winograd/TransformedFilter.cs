using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Convolution.Winograd;

/// <summary>The transformed filter as the products read it: panels of written channels, in each point after point a matrix [read channels, panel], lanes past the last channel zero.</summary>
/// <remarks>A panel is all that a block of tiles needs for its channels, so the filter streams through the cache once per block.</remarks>
/// <param name="depth">Channels read: of x forward, of dy in the input gradient.</param>
/// <param name="columns">Channels written.</param>
internal readonly unsafe struct TransformedFilter<P, TTransform>(int depth, int columns)
    where P : struct, IPack<P>
    where TTransform : struct, IWinogradTransform
{
    /// <summary>Rows of a matrix that one piece of packing makes.</summary>
    private const int RowsOfPiece = 64;

    /// <summary>Floats between the planes of two points beside the matrix: equal points of neighbouring rows must not fall on the same cache set.</summary>
    private const int Gap = 16;

    private readonly int _vectors = (columns + P.Width - 1) / P.Width;

    /// <summary>Panels, balanced in whole vectors.</summary>
    public int Panels => (_vectors + MatrixProduct.ColumnPanels.MostVectors - 1) / MatrixProduct.ColumnPanels.MostVectors;

    /// <summary>Columns of every panel but the last.</summary>
    public int PanelColumns => (_vectors + Panels - 1) / Panels * P.Width;

    /// <summary>Floats of all panels.</summary>
    public long Floats => WinogradStages<P, TTransform>.Points * ((long)_vectors * P.Width * depth + (long)Panels * Gap);

    /// <summary>Pieces of <see cref="Pack"/>.</summary>
    public int Pieces => Panels * PiecesOfPanel;

    private int PiecesOfPanel => (depth + RowsOfPiece - 1) / RowsOfPiece;

    /// <summary>Columns of a panel, padded to whole vectors.</summary>
    public int Width(int panel) => Math.Min(PanelColumns, _vectors * P.Width - panel * PanelColumns);

    /// <summary>The matrix of the first point of a panel.</summary>
    public float* Panel(float* packed, int panel) => packed + WinogradStages<P, TTransform>.Points * ((long)panel * PanelColumns * depth + (long)panel * Gap);

    /// <summary>Floats from point to point in a panel.</summary>
    public nint Point(int panel) => (nint)Width(panel) * depth + Gap;

    /// <summary>Transforms some rows of a panel.</summary>
    /// <param name="filter">w <c>[3, 3, C, K]</c>.</param>
    /// <param name="turned">Whether rows are K, columns C and the taps in reverse: the filter of the input gradient.</param>
    /// <param name="packed">All panels.</param>
    /// <param name="piece">Which rows of which panel.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Pack(float* filter, bool turned, float* packed, int piece)
    {
        var (panel, part) = Math.DivRem(piece, PiecesOfPanel);
        var firstRow = part * RowsOfPiece;
        var rows = Math.Min(RowsOfPiece, depth - firstRow);
        var firstColumn = panel * PanelColumns;
        var width = Width(panel);
        var present = Math.Min(width, columns - firstColumn);
        var point = Point(panel);
        var destination = Panel(packed, panel) + (long)firstRow * width;
        var tap = (nint)depth * columns;
        var temporary = stackalloc float[WinogradStages<P, TTransform>.Points * P.Width];
        if (turned)
        {
            Turn(filter + (long)firstColumn * depth + firstRow, tap, rows, present, width, destination, point);
            for (nint i = 0; i < (nint)rows * width; i += P.Width)
                TTransform.Filter<P, Off>(destination + i, point, P.Width, destination + i, point, temporary);
            return;
        }

        for (var row = 0; row < rows; row++)
        {
            var source = filter + (long)(firstRow + row) * columns + firstColumn;
            for (var column = 0; column < width; column += P.Width)
            {
                var lanes = present - column;
                if (lanes >= P.Width) TTransform.Filter<P, Off>(source + column, tap, P.Width, destination + column, point, temporary);
                else TTransform.Filter<P, On>(source + column, tap, lanes, destination + column, point, temporary);
            }

            destination += width;
        }
    }

    // The nine taps, transposed and in reverse, go to the first nine planes; the transform then works in place.
    private void Turn(float* filter, nint tap, int rows, int present, int width, float* destination, nint point)
    {
        for (var t = 0; t < 9; t++)
        {
            var plane = destination + (8 - t) * point;
            if (present < width) new Span<float>(plane, rows * width).Clear();
            BlockTransposition.Copy(filter + t * tap, depth, plane, width, present, rows);
        }
    }
}
