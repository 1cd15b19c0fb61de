using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>A recurrent layer over all time steps, behind the product with its input: the body is written once, whatever the number of steps.</summary>
/// <remarks>
/// What the input adds to the gates is made by one product over all samples and time steps before the node, the gradient of the weights by one product behind its adjoint.
/// State is carried from step to step; outputs and what the backward pass reads are stacked, <c>[N, T, ...]</c>.
/// </remarks>
public sealed class RecurrentNode : Node
{
    /// <summary>Creates the layer.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="cell">The formula of a step.</param>
    /// <param name="projected">What the input adds to the gates, <c>[N, T, gates * units]</c>.</param>
    /// <param name="weight">U <c>[units, gates * units]</c>.</param>
    /// <param name="extras">Bias, initial state, normalisation; null for none.</param>
    /// <exception cref="GraphException">EK0101: shapes do not fit. EK0105: epsilon is not above 0. EK0630: the parts contradict each other.</exception>
    public RecurrentNode(string name, RecurrentCell cell, Value projected, Value weight, RecurrentInputs? extras = null)
        : base(name, [projected, weight, .. (extras ?? new RecurrentInputs()).Present])
    {
        (Cell, Extras) = (cell, extras ?? new RecurrentInputs());
        Gates = GatesOf(cell);
        if (projected.Shape is not { IsBatched: true, Rank: 3 } || projected.Shape.Channels % Gates != 0)
            throw GraphException.ShapeMismatch(name, $"input {projected.Shape}", $"[N, T, {Gates} * units]", "A recurrent layer reads a sequence of features.");
        (Steps, Units) = (projected.Shape.Sizes[0], projected.Shape.Channels / Gates);
        Require(weight, Shape.Of(Units, Columns), "recurrent weights");
        Require(Extras.Bias, Shape.Of(Columns), "a recurrent bias");
        Require(Extras.InitialHidden, Shape.Batch(Units), "an initial state");
        Require(Extras.InitialCell, Shape.Batch(Units), "an initial cell");
        if (cell == RecurrentCell.Lstm ? (Extras.InitialHidden is null) != (Extras.InitialCell is null) : Extras.InitialCell is not null)
            throw GraphException.RecurrentParts(name, "an initial state of other parts than the cell has", "h and c for an LSTM, h alone for other cells, or neither");

        Output = AddOutput(Shape.Batch(Steps, Units));
        LastHidden = AddOutput(Shape.Batch(Units), "last_hidden");
        LastCell = AddOutput(Shape.Batch(Units), "last_cell");
        GateValues = AddOutput(Shape.Batch(Steps, (cell == RecurrentCell.Gru ? Gates + 1 : Gates) * Units), "gates");
        Cells = AddOutput(Shape.Batch(Steps, Units), "cells");
        Previous = AddOutput(Shape.Batch(Steps, Units), "previous");
        if (Extras.Norm is not { } norm) return;

        if (!(norm.Options.Epsilon > 0 && float.IsFinite(norm.Options.Epsilon))) throw GraphException.BadOption(name, $"epsilon {norm.Options.Epsilon}", "a finite number above 0", "The default is 1e-5.");
        if (Extras.Bias is not null || norm.IsLayer != norm.Hidden is null || (norm.CellGamma is not null && (cell != RecurrentCell.Lstm || norm.IsLayer != norm.Cell is null)))
            throw GraphException.RecurrentParts(name, "a normalisation with parts that it has no use for, or without some that it needs", "no recurrent bias, running statistics for batch normalisation alone, and a normalised c for an LSTM alone");
        Require(norm.HiddenGamma, Shape.Of(Columns), "gamma of the recurrent product");
        Require(norm.CellGamma, Shape.Of(Units), "gamma of the cell");
        Require(norm.CellBeta, Shape.Of(Units), "beta of the cell");
        Raw = AddOutput(Shape.Batch(Steps, Columns), "recurrent");
        HiddenTransform = AddOutput(TransformShape(norm, Columns), "recurrent_transform");
        CellTransform = AddOutput(TransformShape(norm, Units), "cell_transform");
        if (norm.IsLayer) return;
        HiddenCandidate = AddOutput(CandidateShape(norm, Columns), "recurrent_candidate");
        CellCandidate = AddOutput(CandidateShape(norm, Units), "cell_candidate");
        Statistics = norm.CellGamma is null
            ? [StatisticsOf("recurrent", norm, Columns, norm.Hidden!, HiddenCandidate)]
            : [StatisticsOf("recurrent", norm, Columns, norm.Hidden!, HiddenCandidate), StatisticsOf("cell", norm, Units, norm.Cell!, CellCandidate)];
    }

    /// <summary>The formula of a step.</summary>
    public RecurrentCell Cell { get; }

    /// <summary>Bias, initial state, normalisation.</summary>
    public RecurrentInputs Extras { get; }

    /// <summary>Products per unit.</summary>
    public int Gates { get; }

    /// <summary>T, the number of time steps.</summary>
    public int Steps { get; }

    /// <summary>Units of the state.</summary>
    public int Units { get; }

    /// <summary>Columns of the products: gates times units.</summary>
    public int Columns => Gates * Units;

    /// <summary>h of every step, <c>[N, T, units]</c>.</summary>
    public Value Output { get; }

    /// <summary>h of the last step, <c>[N, units]</c>.</summary>
    public Value LastHidden { get; }

    /// <summary>c of the last step of an LSTM, <c>[N, units]</c>.</summary>
    public Value LastCell { get; }

    /// <summary>The gates behind their nonlinearities, for the backward pass.</summary>
    public Value GateValues { get; }

    /// <summary>c of every step of an LSTM, not normalised, for the backward pass.</summary>
    public Value Cells { get; }

    /// <summary>h of the step before every step, for the gradient of the weights.</summary>
    public Value Previous { get; }

    /// <summary>The product with the previous state before it is normalised; null without a normalisation.</summary>
    public Value? Raw { get; }

    /// <summary>What normalised the product: <c>[T, 5, gates * units]</c> for batch, <c>[N, T, 3]</c> for layer normalisation.</summary>
    public Value? HiddenTransform { get; }

    /// <summary>Likewise for c.</summary>
    public Value? CellTransform { get; }

    /// <summary>What a commit would move the product's running statistics to.</summary>
    public Value? HiddenCandidate { get; }

    /// <summary>Likewise for c.</summary>
    public Value? CellCandidate { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<RunningStatistics> Statistics { get; } = [];

    /// <summary>What the input adds to the gates.</summary>
    public Value Projected => Inputs[0];

    /// <summary>U.</summary>
    public Value Weight => Inputs[1];

    /// <inheritdoc/>
    public override long MultiplyAdds => (long)Steps * Units * Columns;

    /// <summary>Products per unit of a cell.</summary>
    public static int GatesOf(RecurrentCell cell) => cell switch { RecurrentCell.Lstm => 4, RecurrentCell.Gru => 3, _ => 1 };

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        var backward = new RecurrentBackwardNode($"{Name}.backward", this, context.Cotangent(Output), context.Cotangent(LastHidden), context.Cotangent(LastCell));
        context.Add(Projected, backward.ProjectedCotangent);
        if (context.Needs(Weight)) context.Add(Weight, new MatrixProductNode($"{Name}.d_weight", Previous, backward.RecurrentCotangent, transposeLeft: true).Output);
        if (Extras.Bias is { } bias && context.Needs(bias)) context.Add(bias, new ColumnSumNode($"{Name}.d_bias", backward.RecurrentCotangent).Output);
        if (Extras.InitialHidden is { } hidden) context.Add(hidden, backward.InitialHiddenCotangent);
        if (Extras.InitialCell is { } cell) context.Add(cell, backward.InitialCellCotangent);
        if (Extras.Norm is not { } norm) return;
        context.Add(norm.HiddenGamma, backward.HiddenGammaCotangent!);
        if (norm.CellGamma is { } gamma) context.Add(gamma, backward.CellGammaCotangent!);
        if (norm.CellBeta is { } beta) context.Add(beta, backward.CellBetaCotangent!);
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) =>
        new RecurrentNode(Name, Cell, inputs[0], inputs[1], Extras.Map(value => inputs[Inputs.IndexOf(value, 0, ReferenceEqualityComparer.Instance)]));

    private Shape TransformShape(RecurrentNorm norm, int channels) =>
        norm.IsLayer ? Shape.Batch(Steps, LayerNormNode.StatisticsPerRow) : Shape.Of(Steps, BatchNormNode.TransformRows, channels);

    private Shape CandidateShape(RecurrentNorm norm, int channels) => Shape.Of(BatchNormNode.CandidateRows * 2, norm.PerStep ? Steps * channels : channels);

    private RunningStatistics StatisticsOf(string part, RecurrentNorm norm, int channels, RunningValues running, Value candidate)
    {
        var shape = norm.PerStep ? Shape.Batch(Steps * channels) : Shape.Batch(Steps, channels);
        foreach (var value in (ReadOnlySpan<Value>)[running.Mean, running.Variance])
        {
            if (value.Shape.ElementsPerSample != shape.Channels) throw GraphException.ShapeMismatch(Name, $"{value}", $"{shape.Channels} numbers", "Statistics of every time step are [T, channels], shared ones [channels].");
        }

        return new($"{Name}.{part}", norm.Options, shape, running.Mean, running.Variance, running.Weight, candidate);
    }

    private void Require(Value? value, Shape shape, string what)
    {
        if (value is not null && value.Shape != shape) throw GraphException.ShapeMismatch(Name, $"{what} {value.Shape}", $"{shape}", $"The layer has {Units} units and {Gates} products per unit.");
    }
}
