namespace Evenkeel.Engine.Execution;

/// <summary>What a chain takes at a time: some whole samples, or some image rows of one sample where a sample outgrows the caches and no step looks beyond its row.</summary>
/// <param name="Samples">Samples of a block; 0 for a chain that is not cut by samples.</param>
/// <param name="Rows">Image rows of a block.</param>
/// <param name="Height">Image rows of a sample; 1, with one row, for whole samples.</param>
internal readonly record struct BlockCut(int Samples, int Rows = 1, int Height = 1)
{
    /// <summary>Whether a block is a part of one sample.</summary>
    public bool IsByRows => Rows < Height;

    /// <summary>The cut of a chain: a function of its shapes.</summary>
    /// <param name="chain">Steps of one grid.</param>
    /// <param name="cutsRows">Whether a block may be smaller than a sample.</param>
    public static BlockCut Of(IReadOnlyList<Step> chain, bool cutsRows)
    {
        if (chain[0].Grid.Kind != GridKind.Samples) return default;
        var floats = chain.SelectMany(static step => step.Reads.Concat(step.Writes)).Max(static access => access.Buffer.FloatsPerSample);
        var height = chain[0].BlockRows;
        return cutsRows && floats > SampleCut.LargeSampleFloats && height > 0 && chain.All(step => step.BlockRows == height)
            ? new(1, SampleCut.BlockRows(floats, height), height)
            : new(SampleCut.BlockSamples(floats));
    }

    /// <summary>Floats of a block of a tensor.</summary>
    public long Floats(Planning.PlanBuffer buffer) => IsByRows ? buffer.FloatsPerSample / Height * Rows : buffer.Floats(Samples);
}
