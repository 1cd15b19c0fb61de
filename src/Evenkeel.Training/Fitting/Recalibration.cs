using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Engine;
using Evenkeel.Numerics.Work;
using InputSlot = Evenkeel.Engine.BatchSlot;

namespace Evenkeel.Training.Fitting;

/// <summary>Replaces running statistics by those of the population (Ioffe and Szegedy 2015, Algorithm 2) over the first batches of epoch 0, without augmentation.</summary>
/// <remarks>Frozen layers keep theirs. The plan is compiled when it is first wanted and serves all later runs.</remarks>
internal sealed class Recalibration(FitSetup setup, PlanOptions options) : IDisposable
{
    /// <summary>Batches where nobody says how many: enough for statistics, and cheap beside an epoch.</summary>
    public const int UsualBatches = 32;

    private readonly bool _isNeeded = RecalibrationPlan.Measured(setup.Model, keepsFrozen: true).Any();
    private RecalibrationPlan? _plan;
    private Reading? _reading;

    /// <summary>Replaces the statistics of the model as its parameters are now.</summary>
    /// <param name="batches">How many at most.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>False where it was cancelled; then nothing changed.</returns>
    public bool Run(int batches, CancellationToken cancellation)
    {
        if (!_isNeeded) return true;
        var loader = new Loader(setup.Training, setup.LoaderOptions);
        _plan ??= RecalibrationPlan.Compile(setup.Model, options, keepsFrozen: true);
        _reading ??= new Reading(setup.Training, loader.CreateSlot(), _plan.CreateSlot());
        for (var i = 0; i < Math.Min(batches, loader.BatchesPerEpoch); i++)
        {
            if (cancellation.IsCancellationRequested) return false;
            loader.Next(_reading.Batch);
            options.Team!.Run(_reading, _reading.Batch.Count);
            _reading.Input.Count = _reading.Batch.Count;
            _plan.Accumulate(_reading.Input);
        }

        _plan.Commit();
        return true;
    }

    public void Dispose() => _plan?.Dispose();

    /// <summary>Reads features alone, a piece per sample: statistics want no targets.</summary>
    private sealed class Reading(Dataset dataset, Data.Loading.BatchSlot batch, InputSlot input) : PieceJob
    {
        public Data.Loading.BatchSlot Batch { get; } = batch;

        public InputSlot Input { get; } = input;

        public override void Run(int piece, int worker)
        {
            var length = dataset.Shape.Length;
            dataset.Read(Batch.Indices[piece], Input.Features.Slice(piece * length, length));
        }
    }
}
