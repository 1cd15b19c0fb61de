using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Engine.Execution;

/// <summary>Bounds the gradients of units by their weights, in panels of units over all trained tensors; a vector counts as one unit.</summary>
internal sealed unsafe class UnitClipping : PieceJob
{
    private readonly TensorStore<float> _parameters;
    private readonly TensorStore<float> _gradients;
    private readonly KernelEntry<UnitClipArguments> _kernel;
    private readonly UnitPanel[] _pieces;
    private GradientChange _change;

    public UnitClipping(Model model, TensorStore<float> gradients, int width)
    {
        (_parameters, _gradients) = (model.Parameters, gradients);
        _kernel = KernelEntry<UnitClipArguments>.Of<UnitClip>(width);
        _pieces = UnitPanel.Of(model);
    }

    public void Run(WorkTeam team, GradientChange change)
    {
        _change = change;
        team.Run(this, _pieces.Length);
    }

    public override void Run(int piece, int worker)
    {
        var panel = _pieces[piece];
        var arguments = new UnitClipArguments
        {
            Parameters = _parameters.Pointer + panel.Offset,
            Gradients = _gradients.Pointer + panel.Offset,
            Stride = panel.Units,
            Window = new Window(0, panel.Rows, panel.First, panel.End),
            Ratio = _change.UnitRatio,
            Floor = _change.UnitFloor,
        };
        _kernel.Run(ref arguments);
    }
}
