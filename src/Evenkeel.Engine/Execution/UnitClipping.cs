using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Engine.Execution;

/// <summary>Bounds the gradients of units by their weights, in panels of units over all trained tensors; a vector counts as one unit.</summary>
internal sealed unsafe class UnitClipping : PieceJob
{
    private const int PanelUnits = 64;

    private readonly TensorStore<float> _parameters;
    private readonly TensorStore<float> _gradients;
    private readonly KernelEntry<UnitClipArguments> _kernel;
    private readonly (long Offset, int Rows, int Units, int First, int End)[] _pieces;
    private GradientChange _change;

    public UnitClipping(Model model, TensorStore<float> gradients, int width)
    {
        (_parameters, _gradients) = (model.Parameters, gradients);
        _kernel = KernelEntry<UnitClipArguments>.Of<UnitClip>(width);
        _pieces =
        [
            .. from node in model.ParameterNodes
               where node.IsTrainable
               let tensor = model.Parameters[node.Name]
               let units = tensor.Shape.Rank < 2 ? 1 : tensor.Shape.Channels
               from panel in Enumerable.Range(0, (units + PanelUnits - 1) / PanelUnits)
               select (tensor.Offset, tensor.Length / units, units, panel * PanelUnits, Math.Min(units, (panel + 1) * PanelUnits)),
        ];
    }

    public void Run(WorkTeam team, GradientChange change)
    {
        _change = change;
        team.Run(this, _pieces.Length);
    }

    public override void Run(int piece, int worker)
    {
        var (offset, rows, units, first, end) = _pieces[piece];
        var arguments = new UnitClipArguments
        {
            Parameters = _parameters.Pointer + offset,
            Gradients = _gradients.Pointer + offset,
            Stride = units,
            Window = new Window(0, rows, first, end),
            Ratio = _change.UnitRatio,
            Floor = _change.UnitFloor,
        };
        _kernel.Run(ref arguments);
    }
}
