namespace Evenkeel.Data.Loading;

/// <summary>How a <see cref="Loader"/> orders and groups samples.</summary>
public sealed record LoaderOptions
{
    /// <summary>Samples per batch, at least 1. Default 64.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Together with the epoch, the seed alone decides the order. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>A new order in every epoch (default), or the dataset's own order in all of them.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Leaves out the last batch of an epoch when it would be incomplete. Default false: the last batch is smaller.</summary>
    /// <remarks>Batch normalisation in training refuses a batch that gives one value per channel; dropping avoids a last batch of one sample.</remarks>
    public bool DropLast { get; init; }
}

/// <summary>The place of a batch in the endless sequence of epochs; goes into checkpoints.</summary>
/// <param name="Epoch">From 0.</param>
/// <param name="Batch">From 0 within the epoch.</param>
public readonly record struct LoaderPosition(int Epoch, int Batch);
