using System.Runtime.CompilerServices;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;

namespace Evenkeel.Engine.Tests;

/// <summary>Kernels hold addresses alone, and memory is freed by finalizers: who runs must hold what it reads.</summary>
public sealed class LifetimeTests
{
    [Fact]
    public void A_plan_holds_the_batch_of_its_newest_run()
    {
        var model = new Dense(3).Build(Shape.Batch(4), seed: 1);
        using var plan = ObservationPlan.Compile(model, [model.Output], training: false, new PlanOptions { Capacity = 2 });
        var first = RunOnNewBatch(plan);
        Collect();
        Assert.True(first.IsAlive);
        var second = RunOnNewBatch(plan);
        Collect();
        Assert.False(first.IsAlive);
        Assert.True(second.IsAlive);
        GC.KeepAlive(plan);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference RunOnNewBatch(ObservationPlan plan)
    {
        var slot = plan.CreateSlot();
        slot.Fill(new float[8]);
        plan.Run(slot);
        return new WeakReference(slot);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
