using System.Collections.Immutable;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>The adjoint of <see cref="RecurrentNode"/>: backpropagation through its time steps, from the last to the first.</summary>
public sealed class RecurrentBackwardNode : Node
{
    private readonly bool _hasOutput;
    private readonly bool _hasHidden;
    private readonly bool _hasCell;

    /// <summary>Creates the adjoint.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="forward">The layer.</param>
    /// <param name="output">The cotangent of all h, <c>[N, T, units]</c>; null for zero.</param>
    /// <param name="lastHidden">The cotangent of the last h; null for zero.</param>
    /// <param name="lastCell">The cotangent of the last c; null for zero.</param>
    public RecurrentBackwardNode(string name, RecurrentNode forward, Value? output, Value? lastHidden, Value? lastCell)
        : base(name, [
            .. Of(output), .. Of(lastHidden), .. Of(lastCell), forward.Projected, forward.Weight, .. forward.Extras.Present, forward.Output, forward.GateValues, forward.Cells, forward.Previous,
            .. Of(forward.Raw), .. Of(forward.HiddenTransform), .. Of(forward.CellTransform)])
    {
        Forward = forward;
        (_hasOutput, _hasHidden, _hasCell) = (output is not null, lastHidden is not null, lastCell is not null);
        ProjectedCotangent = AddOutput(forward.Projected.Shape, "d_projected");
        RecurrentCotangent = HasOwnRecurrentCotangent ? AddOutput(forward.Projected.Shape, "d_recurrent") : ProjectedCotangent;
        InitialHiddenCotangent = AddOutput(Shape.Batch(forward.Units), "d_initial_hidden");
        InitialCellCotangent = AddOutput(Shape.Batch(forward.Units), "d_initial_cell");
        if (forward.Extras.Norm is null) return;
        HiddenGammaCotangent = AddOutput(Shape.Of(forward.Columns), "d_recurrent_gamma");
        CellGammaCotangent = AddOutput(Shape.Of(forward.Units), "d_cell_gamma");
        CellBetaCotangent = AddOutput(Shape.Of(forward.Units), "d_cell_beta");
    }

    /// <summary>The layer.</summary>
    public RecurrentNode Forward { get; }

    /// <summary>The cotangent of all h, or null for zero.</summary>
    public Value? OutputCotangent => _hasOutput ? Inputs[0] : null;

    /// <summary>The cotangent of the last h, or null for zero.</summary>
    public Value? LastHiddenCotangent => _hasHidden ? Inputs[_hasOutput ? 1 : 0] : null;

    /// <summary>The cotangent of the last c, or null for zero.</summary>
    public Value? LastCellCotangent => _hasCell ? Inputs[(_hasOutput ? 1 : 0) + (_hasHidden ? 1 : 0)] : null;

    /// <summary>Whether what enters the cell from the previous state has another cotangent than what enters from the input: a gate or a normalisation stands between.</summary>
    public bool HasOwnRecurrentCotangent => Forward.Cell == RecurrentCell.Gru || Forward.Extras.Norm is not null;

    /// <summary>The cotangent of what the input adds to the gates, <c>[N, T, gates * units]</c>.</summary>
    public Value ProjectedCotangent { get; }

    /// <summary>The cotangent of the product with the previous state, likewise.</summary>
    public Value RecurrentCotangent { get; }

    /// <summary>The cotangent of h before the first step.</summary>
    public Value InitialHiddenCotangent { get; }

    /// <summary>The cotangent of c before the first step.</summary>
    public Value InitialCellCotangent { get; }

    /// <summary>The cotangent of the product's gamma; null without a normalisation.</summary>
    public Value? HiddenGammaCotangent { get; }

    /// <summary>The cotangent of the cell's gamma.</summary>
    public Value? CellGammaCotangent { get; }

    /// <summary>The cotangent of the cell's beta.</summary>
    public Value? CellBetaCotangent { get; }

    /// <inheritdoc/>
    public override long MultiplyAdds => Forward.MultiplyAdds;

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs)
    {
        var saved = inputs.First(value => value.Producer is RecurrentNode { } node && ReferenceEquals(node.Output, value) && node.Name == Forward.Name);
        var at = 0;
        return new RecurrentBackwardNode(Name, (RecurrentNode)saved.Producer, _hasOutput ? inputs[at++] : null, _hasHidden ? inputs[at++] : null, _hasCell ? inputs[at] : null);
    }

    private static Value[] Of(Value? value) => value is null ? [] : [value];
}
