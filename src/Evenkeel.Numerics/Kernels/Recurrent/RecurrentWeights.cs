using Evenkeel.Numerics.Kernels.MatrixProduct;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Recurrent;

/// <summary>The products of a recurrent layer with its weights U <c>[units, gates * units]</c>, packed once and used at every time step: forward <c>h U + b</c> block by block, backward <c>da U^T</c> piece by piece.</summary>
/// <remarks>Register tiles and blocks of k are those of every matrix product, so an element is one chain over k in ascending order, whatever the width and the cut. NaN and infinities go their IEEE way.</remarks>
public abstract unsafe class RecurrentWeights
{
    private protected RecurrentWeights(RecurrentBlocks blocks) => Blocks = blocks;

    /// <summary>The cut.</summary>
    public RecurrentBlocks Blocks { get; }

    /// <summary>Floats of the packed weights and biases, forward.</summary>
    public long PackedFloats => (long)Blocks.Count * BlockFloats;

    /// <summary>Floats of the packed transposed weights, backward.</summary>
    public long TransposedFloats => (long)Blocks.Count * Blocks.BlockUnits * Columns;

    private protected int Columns => Blocks.Gates * Blocks.Units;

    private protected long BlockFloats => (long)Blocks.BlockColumns * (Blocks.Units + 1);

    /// <summary>Packs one block.</summary>
    /// <param name="weights">U.</param>
    /// <param name="bias">One number per column of U, or null for zero.</param>
    /// <param name="packed"><see cref="PackedFloats"/> floats for all blocks.</param>
    /// <param name="block">The block.</param>
    public abstract void Pack(float* weights, float* bias, float* packed, int block);

    /// <summary>Makes <c>h U + b</c> of one block, gate after gate, <c>[rows, BlockColumns]</c>.</summary>
    /// <param name="hidden">h [rows, units]; null for zero.</param>
    /// <param name="stride">Floats between its rows.</param>
    /// <param name="rows">Samples.</param>
    /// <param name="packed">What <see cref="Pack"/> made.</param>
    /// <param name="block">The block.</param>
    /// <param name="result">Written.</param>
    public abstract void Multiply(float* hidden, long stride, int rows, float* packed, int block, float* result);

    /// <summary>Packs the transposed weights of one piece.</summary>
    /// <param name="weights">U.</param>
    /// <param name="packed"><see cref="TransposedFloats"/> floats for all pieces.</param>
    /// <param name="piece">The piece.</param>
    public abstract void PackTransposed(float* weights, float* packed, int piece);

    /// <summary>Makes <c>da U^T</c> for the units of one piece.</summary>
    /// <param name="cotangent">da [rows, gates * units].</param>
    /// <param name="rows">Samples.</param>
    /// <param name="packed">What <see cref="PackTransposed"/> made.</param>
    /// <param name="piece">The piece.</param>
    /// <param name="result">Written: [rows, units], the piece's units of it.</param>
    public abstract void MultiplyTransposed(float* cotangent, int rows, float* packed, int piece, float* result);

    /// <summary>The products at a width.</summary>
    /// <param name="bits">512, 256, 128 or 32.</param>
    /// <param name="samples">The most samples of a run.</param>
    /// <param name="units">Units.</param>
    /// <param name="gates">Products per unit.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bits"/> is no pack width.</exception>
    public static RecurrentWeights Create(int bits, int samples, int units, int gates) => PackWidths.Dispatch<Creation, RecurrentWeights>(bits, new(samples, units, gates));

    private readonly record struct Creation(int Samples, int Units, int Gates) : IPackFunction<RecurrentWeights>
    {
        public RecurrentWeights Invoke<P>()
            where P : struct, IPack<P> => new RecurrentWeights<P>(new RecurrentBlocks(Samples, Units, Gates, P.Width));
    }
}

/// <summary>The products at one width.</summary>
internal sealed unsafe class RecurrentWeights<P>(RecurrentBlocks blocks) : RecurrentWeights(blocks)
    where P : struct, IPack<P>
{
    private int PanelUnits => ColumnPanels.MostVectors * P.Width;

    public override void Pack(float* weights, float* bias, float* packed, int block)
    {
        packed += block * BlockFloats;
        var depths = new DepthBlocks(Blocks.Units);
        for (var part = 0; part < depths.Count; part++)
        {
            var (first, depth) = (depths.First(part), depths.Length(part));
            PackRows(weights + ((long)first * Columns), depth, block, packed);
            packed += (long)depth * Blocks.BlockColumns;
        }

        if (bias != null) CopyRow(bias, block, 0, Blocks.BlockColumns / P.Width, packed);
        else for (var i = 0; i < Blocks.BlockColumns; i += P.Width) P.Store(packed + i, P.Zero);
    }

    public override void Multiply(float* hidden, long stride, int rows, float* packed, int block, float* result)
    {
        packed += block * BlockFloats;
        var bias = packed + ((long)Blocks.BlockColumns * Blocks.Units);
        var depths = new DepthBlocks(hidden == null ? 0 : Blocks.Units);
        for (var part = 0; part < depths.Count; part++)
        {
            var (first, depth) = (depths.First(part), depths.Length(part));
            var operands = new TileSweep<P>.Operands
            {
                A = hidden + first,
                Addressing = Addressing.Rows,
                StrideA = stride,
                B = packed + ((long)first * Blocks.BlockColumns),
                C = result,
                StrideC = Blocks.BlockColumns,
                Start = part > 0 ? null : bias,
                Rows = rows,
                Columns = Blocks.BlockColumns,
                Depth = depth,
                Accumulate = part > 0,
            };
            TileSweep<P>.Run(ref operands);
        }
    }

    public override void PackTransposed(float* weights, float* packed, int piece)
    {
        var (firstUnit, units) = Blocks.UnitsOf(piece);
        var depths = new DepthBlocks(Columns);
        for (var unit = firstUnit; unit < firstUnit + units; unit += PanelUnits)
        {
            var width = Math.Min(PanelUnits, firstUnit + units - unit);
            for (var part = 0; part < depths.Count; part++)
                PanelPacking<P>.PackB(weights + ((long)unit * Columns) + depths.First(part), Columns, true, depths.Length(part), width, Transposed(packed, unit, width, depths.First(part)));
        }
    }

    public override void MultiplyTransposed(float* cotangent, int rows, float* packed, int piece, float* result)
    {
        var (firstUnit, units) = Blocks.UnitsOf(piece);
        var depths = new DepthBlocks(Columns);
        for (var unit = firstUnit; unit < firstUnit + units; unit += PanelUnits)
        {
            var width = Math.Min(PanelUnits, firstUnit + units - unit);
            for (var part = 0; part < depths.Count; part++)
            {
                var operands = new TileSweep<P>.Operands
                {
                    A = cotangent + depths.First(part),
                    Addressing = Addressing.Rows,
                    StrideA = Columns,
                    B = Transposed(packed, unit, width, depths.First(part)),
                    C = result + unit,
                    StrideC = Blocks.Units,
                    Rows = rows,
                    Columns = width,
                    Depth = depths.Length(part),
                    Accumulate = part > 0,
                };
                TileSweep<P>.Run(ref operands);
            }
        }
    }

    private float* Transposed(float* packed, int unit, int width, int firstStep) =>
        packed + ((long)unit * Columns) + ((long)firstStep * ((width + P.Width - 1) / P.Width * P.Width));

    /// <summary>Rows of U in the order in which tiles read them: tile after tile, in each k after k, the vectors of a block gate after gate.</summary>
    private void PackRows(float* rows, int depth, int block, float* packed)
    {
        var vectors = Blocks.BlockColumns / P.Width;
        for (var vector = 0; vector < vectors;)
        {
            var tile = TileTable<P>.Vectors(vectors - vector);
            for (var k = 0; k < depth; k++, packed += tile * P.Width) CopyRow(rows + ((long)k * Columns), block, vector, vector + tile, packed);
            vector += tile;
        }
    }

    /// <summary>Vectors of a block out of a row of all gates; lanes of absent units are zero.</summary>
    private void CopyRow(float* row, int block, int firstVector, int endVector, float* packed)
    {
        var firstUnit = block * Blocks.BlockUnits;
        for (var vector = firstVector; vector < endVector; vector++, packed += P.Width)
        {
            var (gate, inside) = Math.DivRem(vector, Blocks.Vectors);
            var unit = firstUnit + (inside * P.Width);
            var present = Math.Clamp(Blocks.Units - unit, 0, P.Width);
            P.Store(packed, present == P.Width ? P.Load(row + (gate * Blocks.Units) + unit) : P.LoadPartial(row + (gate * Blocks.Units) + Math.Min(unit, Blocks.Units - 1), present));
        }
    }
}
