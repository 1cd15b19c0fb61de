using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Training.Decoupled;

/// <summary>How often each segment and each module was updated: bias corrections count for each by itself, and a resumed run must know.</summary>
/// <remarks>They are kept as tensors, so that a checkpoint holds them; single precision counts to 16.7 million, where bias corrections have long been 1.</remarks>
internal sealed class StageCounters(int stages)
{
    private const int Kinds = 3;

    private readonly TensorStore<float> _store = new([("decoupled.commits", Shape.Of(Kinds * stages))]);

    public TensorStore<float> Store => _store;

    public long OfSegment(int stage) => (long)_store.Span[Kinds * stage];

    public long OfGradient(int stage) => (long)_store.Span[(Kinds * stage) + 1];

    public long OfInput(int stage) => (long)_store.Span[(Kinds * stage) + 2];

    public void CountSegment(int stage) => _store.Span[Kinds * stage]++;

    public void CountGradient(int stage) => _store.Span[(Kinds * stage) + 1]++;

    public void CountInput(int stage) => _store.Span[(Kinds * stage) + 2]++;
}
