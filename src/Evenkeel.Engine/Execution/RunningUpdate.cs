using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.BatchNorm;
using Evenkeel.Numerics.Memory;

namespace Evenkeel.Engine.Execution;

/// <summary>Commits one layer's candidates into its running statistics.</summary>
internal sealed unsafe class RunningUpdate(IStatisticsCandidate layer, Model model, CompiledPlan plan)
{
    private readonly KernelEntry<RunningStatisticsUpdateArguments> _kernel = KernelEntry<RunningStatisticsUpdateArguments>.Of<RunningStatisticsUpdate>(32);
    private readonly double* _mean = Of(model, layer.Node.RunningMean.Producer.Name);
    private readonly double* _variance = Of(model, layer.Node.RunningVariance.Producer.Name);
    private readonly double* _weight = Of(model, layer.Node.RunningWeight.Producer.Name);

    private NativeBuffer? _held;

    /// <summary>Keeps the candidates of the newest run, because another run follows before the commit.</summary>
    public void Hold()
    {
        // Two rows of doubles.
        _held ??= new NativeBuffer(4 * layer.Node.Input.Shape.Channels);
        new ReadOnlySpan<float>(plan.Frame.Floats(layer.Candidate), (int)_held.Length).CopyTo(_held.Span);
    }

    public void Commit()
    {
        var channels = layer.Node.Input.Shape.Channels;
        var candidate = _held is null ? plan.Frame.Doubles(layer.Candidate) : (double*)_held.Pointer;
        var arguments = new RunningStatisticsUpdateArguments
        {
            RunningMean = _mean,
            RunningVariance = _variance,
            Weight = _weight,
            CandidateMean = candidate,
            CandidateVariance = candidate + channels,
            Channels = channels,
            Rate = layer.Node.Options.RunningAverage.RateAt((long)_weight[1]),
        };
        _kernel.Run(ref arguments);
        _weight[1]++;
    }

    private static double* Of(Model model, string name) => model.States.Pointer + model.States[name].Offset;
}
