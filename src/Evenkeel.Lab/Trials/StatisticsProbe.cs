using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;

namespace Evenkeel.Lab.Trials;

/// <summary>The population variance that one batch of one feature leaves in a normalisation.</summary>
internal sealed class StatisticsProbe : IDisposable
{
    private readonly Model _model;
    private readonly RecalibrationPlan _plan;

    public StatisticsProbe(BatchNormOptions options, int count)
    {
        _model = new Sequential(("bn", new BatchNorm(options))).Build(Shape.Batch(1));
        _plan = RecalibrationPlan.Compile(_model, new PlanOptions { Capacity = count, Threads = 1 });
    }

    public double Variance(ReadOnlySpan<float> batch)
    {
        var slot = _plan.CreateSlot();
        slot.Fill(batch);
        _plan.Accumulate(slot);
        _plan.Commit();
        return _model.States["bn.running_variance"].Span[0];
    }

    public void Dispose() => _plan.Dispose();
}
