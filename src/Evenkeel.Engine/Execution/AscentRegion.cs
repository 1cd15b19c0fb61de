using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Elementwise;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Engine.Execution;

/// <summary>Another set of parameters, a step up the gradient: <c>w + s g</c>. A run bound to it leaves the model's own alone.</summary>
internal sealed unsafe class AscentRegion : PieceJob
{
    private const int PieceFloats = 16 * 1024;

    private readonly TensorStore<float> _parameters;
    private readonly TensorStore<float> _gradients;
    private readonly KernelEntry<ElementSweepArguments> _kernel;
    private float _factor;

    public AscentRegion(Model model, TensorStore<float> gradients, int width)
    {
        (_parameters, _gradients) = (model.Parameters, gradients);
        Shadow = model.Parameters.CloneLayout();
        _kernel = KernelEntry<ElementSweepArguments>.Of<ElementSweep<AddProduct>>(width);
    }

    /// <summary>The other parameters.</summary>
    public TensorStore<float> Shadow { get; }

    public void Run(WorkTeam team, double factor)
    {
        _factor = (float)factor;
        team.Run(this, (int)((_parameters.Length + PieceFloats - 1) / PieceFloats));
    }

    public override void Run(int piece, int worker)
    {
        var start = (long)piece * PieceFloats;
        var count = (int)Math.Min(PieceFloats, _parameters.Length - start);
        var factor = _factor;
        var arguments = new ElementSweepArguments
        {
            First = _parameters.Pointer + start,
            Second = _gradients.Pointer + start,
            Channel = &factor,
            Output = Shadow.Pointer + start,
            Stride = count,
            Window = new Window(0, 1, 0, count),
        };
        _kernel.Run(ref arguments);
    }
}
