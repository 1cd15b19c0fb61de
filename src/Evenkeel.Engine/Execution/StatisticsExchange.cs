using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.Numerics.Memory;

namespace Evenkeel.Engine.Execution;

/// <summary>What a layer's statistics are in a run that is one of several of a step.</summary>
internal enum ExchangeMode
{
    /// <summary>The run's own.</summary>
    Own,

    /// <summary>The run's own, and they join those of all runs.</summary>
    Gather,

    /// <summary>Those of all runs.</summary>
    Given,
}

/// <summary>Where the statistics of one layer, and its backward sums, are merged over the micro-batches of a step.</summary>
internal sealed unsafe class StatisticsExchange(int channels)
{
    private readonly NativeBuffer _moments = new(2 * MomentSlot.Doubles(channels));
    private readonly NativeBuffer _sums = new(2 * GradientSlot.Doubles(channels));
    private readonly NativeBuffer _given = new(2 * GradientSlot.Doubles(channels));

    /// <summary>The forward statistics.</summary>
    public ExchangeMode Forward { get; set; }

    /// <summary>The backward sums.</summary>
    public ExchangeMode Backward { get; set; }

    /// <summary>The share of the step's samples that the run has.</summary>
    public double Share { get; private set; } = 1;

    /// <summary>The step's values per channel.</summary>
    public double Count { get; set; }

    /// <summary>The merged moments.</summary>
    public double* Moments => (double*)_moments.Pointer;

    /// <summary>The sum of dz and of dz (x - Center), where dz is the cotangent of the loss of all samples.</summary>
    public double* Sums => (double*)_sums.Pointer;

    /// <summary>The same in the scale of the run's own loss, which is a mean over its own samples.</summary>
    public double* Given => (double*)_given.Pointer;

    /// <summary>Tells how large the coming run is.</summary>
    public void Select(double share)
    {
        Share = share;
        for (var i = 0; i < GradientSlot.Doubles(channels); i++) Given[i] = Sums[i] / share;
    }

    /// <summary>Forgets the step before.</summary>
    public void Clear()
    {
        _moments.Span.Clear();
        _sums.Span.Clear();
        (Forward, Backward) = (ExchangeMode.Own, ExchangeMode.Own);
    }
}
