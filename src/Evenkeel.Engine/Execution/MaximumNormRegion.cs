using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Engine.Execution;

/// <summary>Bounds the length of every unit's weights behind an update, in panels of units over all tensors that decay.</summary>
internal sealed unsafe class MaximumNormRegion : PieceJob
{
    private readonly TensorStore<float> _parameters;
    private readonly float _maximum;
    private readonly KernelEntry<UnitProjectionArguments> _kernel;
    private readonly UnitPanel[] _pieces;

    public MaximumNormRegion(Model model, float maximum, int width)
    {
        (_parameters, _maximum) = (model.Parameters, maximum);
        _kernel = KernelEntry<UnitProjectionArguments>.Of<UnitProjection>(width);
        _pieces = [.. UnitPanel.Of(model).Where(static panel => panel.Node.Decays)];
    }

    public void Run(WorkTeam team) => team.Run(this, _pieces.Length);

    public override void Run(int piece, int worker)
    {
        var panel = _pieces[piece];
        var arguments = new UnitProjectionArguments
        {
            Parameters = _parameters.Pointer + panel.Offset,
            Stride = panel.Units,
            Window = new Window(0, panel.Rows, panel.First, panel.End),
            MaximumNorm = _maximum,
        };
        _kernel.Run(ref arguments);
    }
}
