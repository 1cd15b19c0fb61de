namespace Evenkeel.Data.Loading;

/// <summary>The batches of one epoch, for <c>foreach</c>; what is allocated is one batch per loop.</summary>
public readonly struct BatchSequence
{
    private readonly Loader _loader;
    private readonly int _epoch;

    internal BatchSequence(Loader loader, int epoch)
    {
        _loader = loader;
        _epoch = epoch;
    }

    /// <summary>Stands before the first batch.</summary>
    public Enumerator GetEnumerator() => new(_loader, _epoch);

    /// <summary>Assembles one batch after the other.</summary>
    public struct Enumerator
    {
        private readonly Loader _loader;
        private readonly int _epoch;
        private int _next;

        internal Enumerator(Loader loader, int epoch)
        {
            _loader = loader;
            _epoch = epoch;
            Current = new Batch(loader);
        }

        /// <summary>The batch; its memory is used again by the next one.</summary>
        public Batch Current { get; }

        /// <summary>Goes on; false behind the last batch.</summary>
        public bool MoveNext()
        {
            if (_next == _loader.BatchesPerEpoch) return false;
            _loader.FillFor(Current.Slot, _epoch, _next++);
            Current.Assemble();
            return true;
        }
    }
}
