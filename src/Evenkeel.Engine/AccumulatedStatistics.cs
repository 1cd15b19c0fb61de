namespace Evenkeel.Engine;

/// <summary>What batch normalisation sees of several micro-batches that make one step.</summary>
public enum AccumulatedStatistics
{
    /// <summary>Each micro-batch is normalised by itself, at no extra cost; the running statistics get, once per step, what they would get from all samples together.</summary>
    Averaged,

    /// <summary>All micro-batches are normalised together, as one large batch would be, with the memory of one micro-batch: statistics are gathered layer after layer, forward and then backward, by running the micro-batches again.</summary>
    Exact,
}
