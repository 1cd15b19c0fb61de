namespace Evenkeel.Engine.Execution;

/// <summary>The cut of a batch into pieces of whole samples, and of a piece into blocks: functions of count and shape alone.</summary>
internal static class SampleCut
{
    /// <summary>From so many samples on a plan cuts by samples; below, images are cut by rows, or a small batch would keep few threads busy.</summary>
    public const int LeastCapacity = 8;

    /// <summary>Enough for a balanced load on small machines, few enough that private sums per piece (statistics, filter gradients) stay cheap.</summary>
    private const int MostPieces = 16;

    /// <summary>A block holds about so many floats of its largest tensor, 64 KB, so that the tensors of a chain meet in the second cache level.</summary>
    public const long BlockFloats = 16 * 1024;

    /// <summary>Beyond 1 MB a sample and what a chain makes of it no longer meet in the second cache level; up to there whole samples are faster (DenseNet, MobileNetV2).</summary>
    public const long LargeSampleFloats = 256 * 1024;

    /// <summary>A block of image rows of one sample holds about so many, 128 KB: sums that every block begins anew weigh more there than in whole samples.</summary>
    private const long RowBlockFloats = 32 * 1024;

    /// <summary>Pieces of a batch.</summary>
    public static int Pieces(int count) => Math.Min(count, MostPieces);

    /// <summary>Pieces of a batch for a step that reads so much besides its samples that few samples at a time would not pay for it.</summary>
    public static int BroadPieces(int count) => Math.Min(count, MostPieces / 2);

    /// <summary>The samples of a piece.</summary>
    public static (int First, int End) Piece(int piece, int count) => Piece(piece, Pieces(count), count);

    /// <summary>The samples of a piece, given the number of pieces.</summary>
    public static (int First, int End) Piece(int piece, int pieces, int count) =>
        ((int)((long)count * piece / pieces), (int)((long)count * (piece + 1) / pieces));

    /// <summary>Samples per block where the largest tensor has so many floats per sample.</summary>
    public static int BlockSamples(long floatsPerSample) => (int)Math.Clamp(BlockFloats / Math.Max(1, floatsPerSample), 1, int.MaxValue);

    /// <summary>Image rows per block where a sample has so many of them.</summary>
    public static int BlockRows(long floatsPerSample, int rows) => (int)Math.Clamp(RowBlockFloats * rows / floatsPerSample, 1, rows);
}
