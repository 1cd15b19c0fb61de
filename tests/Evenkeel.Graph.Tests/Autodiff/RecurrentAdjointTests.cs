using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using static Evenkeel.Graph.Tests.Autodiff.AdjointCheck;

namespace Evenkeel.Graph.Tests.Autodiff;

/// <summary>Recurrent layers: every gradient against central differences, in double.</summary>
public sealed class RecurrentAdjointTests
{
    public static TheoryData<RecurrentCell> Cells => [RecurrentCell.Tanh, RecurrentCell.Lstm, RecurrentCell.Gru];

    [Theory]
    [MemberData(nameof(Cells))]
    public void All_states_have_their_gradients(RecurrentCell cell)
    {
        var (x, weight, bias) = (Projected(cell), Weight(cell), Input("b", Shape.Of(2 * RecurrentNode.GatesOf(cell))));
        Check(new RecurrentNode("layer", cell, x, weight, new RecurrentInputs { Bias = bias }).Output, x, weight, bias);
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void The_last_and_the_initial_state_have_their_gradients(RecurrentCell cell)
    {
        var (x, weight, hidden, memory) = (Projected(cell), Weight(cell), Input("h", Shape.Batch(2)), Input("c", Shape.Batch(2)));
        var isLstm = cell == RecurrentCell.Lstm;
        var node = new RecurrentNode("layer", cell, x, weight, new RecurrentInputs { InitialHidden = hidden, InitialCell = isLstm ? memory : null });
        Value[] inputs = [x, weight, hidden, .. isLstm ? [memory] : Array.Empty<Value>()];
        Check(node.LastHidden, inputs);
        if (isLstm) Check(new AddNode("both", new MultiplyNode("gate", node.LastHidden, node.LastCell).Output, node.LastCell).Output, inputs);
    }

    [Theory]
    [InlineData(RecurrentCell.Tanh, false)]
    [InlineData(RecurrentCell.Tanh, true)]
    [InlineData(RecurrentCell.Lstm, false)]
    [InlineData(RecurrentCell.Lstm, true)]
    [InlineData(RecurrentCell.Gru, false)]
    [InlineData(RecurrentCell.Gru, true)]
    public void Normalisation_in_the_cell_has_its_gradients(RecurrentCell cell, bool isLayer)
    {
        var (x, weight, gamma) = (Projected(cell), Weight(cell), Input("gamma", Shape.Of(2 * RecurrentNode.GatesOf(cell))));
        var (cellGamma, cellBeta) = cell == RecurrentCell.Lstm ? (Input("gamma_c", Shape.Of(2)), Input("beta_c", Shape.Of(2))) : ((Value?)null, (Value?)null);
        RunningValues? Running(int channels) => isLayer ? null : new(Input("mean", Shape.Of(3, channels)), Input("variance", Shape.Of(3, channels)), Input("weight", Shape.Of(2)));
        var norm = new RecurrentNorm
        {
            IsLayer = isLayer,
            Options = BatchNormOptions.Default with { Epsilon = 0.1f },
            HiddenGamma = gamma,
            CellGamma = cellGamma,
            CellBeta = cellBeta,
            Hidden = Running(2 * RecurrentNode.GatesOf(cell)),
            Cell = cellGamma is null ? null : Running(2),
        };
        Value[] inputs = [x, weight, gamma, .. cellGamma is null ? Array.Empty<Value>() : [cellGamma, cellBeta!]];
        Check(new RecurrentNode("layer", cell, x, weight, new RecurrentInputs { Norm = norm }).Output, inputs);
    }

    [Fact]
    public void Products_at_every_place_and_repeated_vectors_have_their_gradients()
    {
        var (x, weight, bias) = (Input("x", Shape.Batch(3, 2)), Input("w", Shape.Of(2, 4)), Input("b", Shape.Of(4)));
        var product = new BiasAddNode("bias", new MatrixProductNode("product", x, weight).Output, bias).Output;
        var repeated = new RepeatNode("repeated", bias, 3).Output;
        Check(new BiasAddNode("sum", new ReshapeNode("flat", product, Shape.Batch(12)).Output, repeated).Output, x, weight, bias);
    }

    [Fact]
    public void Parts_that_do_not_fit_are_refused()
    {
        var (x, weight) = (Projected(RecurrentCell.Lstm), Weight(RecurrentCell.Lstm));
        var error = Assert.Throws<GraphException>(() => new RecurrentNode("layer", RecurrentCell.Lstm, x, weight, new RecurrentInputs { InitialHidden = Input("h", Shape.Batch(2)) }));
        Assert.Equal("EK0630", error.Code);
        Assert.Contains("h and c for an LSTM", error.Message, StringComparison.Ordinal);
        Assert.Equal("EK0630", Assert.Throws<GraphException>(() => new RecurrentNode("layer", RecurrentCell.Lstm, x, weight, new RecurrentInputs { Norm = new RecurrentNorm { IsLayer = false, HiddenGamma = Input("g", Shape.Of(8)) } })).Code);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new RecurrentNode("layer", RecurrentCell.Gru, x, weight)).Code);
        Assert.Equal("EK0101", Assert.Throws<GraphException>(() => new RepeatNode("repeated", x, 3)).Code);
    }

    private static Value Projected(RecurrentCell cell) => Input("x", Shape.Batch(3, 2 * RecurrentNode.GatesOf(cell)));

    private static Value Weight(RecurrentCell cell) => Input("u", Shape.Of(2, 2 * RecurrentNode.GatesOf(cell)));
}
