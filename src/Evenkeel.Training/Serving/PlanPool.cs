using Evenkeel.Engine;
using Evenkeel.Graph.Models;

namespace Evenkeel.Training.Serving;

/// <summary>One compiled evaluation plan with its input memory, for one caller at a time.</summary>
internal sealed class PlanLease(EvaluationPlan plan, BatchSlot slot)
{
    public EvaluationPlan Plan { get; } = plan;

    public BatchSlot Slot { get; } = slot;
}

/// <summary>Evaluation plans of one model, compiled when first wanted, lent to one caller at a time; lending allocates nothing while plans are free.</summary>
internal sealed class PlanPool : IDisposable
{
    private readonly Model _model;
    private readonly PlanOptions _options;
    private readonly SemaphoreSlim _free;
    private readonly Lock _gate = new();
    private readonly PlanLease[] _idle;
    private int _idleCount;
    private bool _disposed;

    public PlanPool(Model model, PlanOptions options, int concurrency)
    {
        _model = model;
        _options = options;
        _idle = new PlanLease[concurrency];
        _free = new SemaphoreSlim(concurrency, concurrency);

        // The first one shows at once whether the model can run.
        _idle[_idleCount++] = Create();
    }

    /// <summary>Plans compiled so far.</summary>
    public int Created { get; private set; }

    public PlanLease Rent()
    {
        _free.Wait();
        try
        {
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, typeof(Predictor));
                return _idleCount > 0 ? _idle[--_idleCount] : Create();
            }
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    public void Return(PlanLease lease)
    {
        lock (_gate)
        {
            if (_disposed) lease.Plan.Dispose();
            else _idle[_idleCount++] = lease;
        }

        _free.Release();
    }

    /// <summary>Frees the idle plans now and the lent ones when they come back.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            while (_idleCount > 0) _idle[--_idleCount].Plan.Dispose();
        }
    }

    private PlanLease Create()
    {
        var plan = EvaluationPlan.Compile(_model, null, _options);
        Created++;
        return new PlanLease(plan, plan.CreateSlot());
    }
}
