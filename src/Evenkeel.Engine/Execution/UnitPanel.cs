using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Engine.Execution;

/// <summary>A panel of units of one tensor, a matrix [rows, units]; a vector is one unit.</summary>
internal readonly record struct UnitPanel(ParameterNode Node, long Offset, int Rows, int Units, int First, int End)
{
    private const int PanelUnits = 64;

    /// <summary>The panels of all trained tensors, one after another.</summary>
    public static UnitPanel[] Of(Model model) =>
    [
        .. from node in model.ParameterNodes
           where node.IsTrainable
           let tensor = model.Parameters[node.Name]
           let units = tensor.Shape.Rank < 2 ? 1 : tensor.Shape.Channels
           from panel in Enumerable.Range(0, (units + PanelUnits - 1) / PanelUnits)
           select new UnitPanel(node, tensor.Offset, tensor.Length / units, units, panel * PanelUnits, Math.Min(units, (panel + 1) * PanelUnits)),
    ];
}
