namespace Evenkeel.Numerics.Kernels.Recurrent;

/// <summary>How the units of a recurrent layer are cut: a function of shape and pack width alone.</summary>
/// <remarks>
/// A block is a run of units with all their gates, so that one register tile makes everything that a unit needs: one vector of units for cells of three or four gates,
/// four vectors for cells of one. A piece is a run of blocks; it keeps its units through all time steps, so one join per step suffices, and its part of the weights stays with its thread.
/// </remarks>
public readonly record struct RecurrentBlocks
{
    /// <summary>A piece of a step should have so many multiply-adds, some four microseconds: a join costs about one.</summary>
    private const long PieceMultiplyAdds = 1 << 17;

    private const int MostPieces = 8;

    /// <summary>The cut of a layer.</summary>
    /// <param name="samples">The most samples of a run, 1 or more.</param>
    /// <param name="units">Units, 1 or more.</param>
    /// <param name="gates">Products per unit: 1, 3 or 4.</param>
    /// <param name="width">Lanes of a pack.</param>
    public RecurrentBlocks(int samples, int units, int gates, int width)
    {
        (Units, Gates, Width) = (units, gates, width);
        Vectors = gates == 1 ? 4 : 1;
        Count = (units + BlockUnits - 1) / BlockUnits;
        Pieces = (int)Math.Clamp((long)samples * gates * units * units / PieceMultiplyAdds, 1, Math.Min(Count, MostPieces));
    }

    /// <summary>Units of the layer.</summary>
    public int Units { get; }

    /// <summary>Products per unit.</summary>
    public int Gates { get; }

    /// <summary>Lanes of a pack.</summary>
    public int Width { get; }

    /// <summary>Vectors of units in a block.</summary>
    public int Vectors { get; }

    /// <summary>Units of a whole block.</summary>
    public int BlockUnits => Vectors * Width;

    /// <summary>Columns of a block's product: all gates, absent units included.</summary>
    public int BlockColumns => Gates * BlockUnits;

    /// <summary>The number of blocks.</summary>
    public int Count { get; }

    /// <summary>The number of pieces.</summary>
    public int Pieces { get; }

    /// <summary>The units of a block.</summary>
    public (int First, int Count) Block(int block) => (block * BlockUnits, Math.Min(BlockUnits, Units - (block * BlockUnits)));

    /// <summary>The blocks of a piece.</summary>
    public (int First, int End) Piece(int piece) => ((int)((long)Count * piece / Pieces), (int)((long)Count * (piece + 1) / Pieces));

    /// <summary>The units of a piece.</summary>
    public (int First, int Count) UnitsOf(int piece)
    {
        var (first, end) = Piece(piece);
        return (first * BlockUnits, Math.Min(end * BlockUnits, Units) - (first * BlockUnits));
    }
}
