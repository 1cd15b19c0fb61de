using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>The matrix product <c>C = op(A) op(B)</c>, where op transposes or not.</summary>
/// <remarks>Either the rows of C are the samples of a batched A, or the sum runs over the samples of a batched, transposed A and a batched B (a weight gradient).</remarks>
public sealed class MatrixProductNode : Node
{
    /// <summary>Creates the product.</summary>
    /// <param name="name">Where it stands in the model.</param>
    /// <param name="left">A: <c>[M, K]</c>, or <c>[K, M]</c> where transposed; M or K may be the count N, or all places of a batch <c>[N, ..., C]</c>.</param>
    /// <param name="right">B: <c>[K, F]</c>, or <c>[F, K]</c> where transposed.</param>
    /// <param name="transposeLeft">Whether A is stored transposed.</param>
    /// <param name="transposeRight">Whether B is stored transposed.</param>
    /// <exception cref="GraphException">EK0101: the shapes do not fit.</exception>
    public MatrixProductNode(string name, Value left, Value right, bool transposeLeft = false, bool transposeRight = false)
        : base(name, left, right)
    {
        TransposeLeft = transposeLeft;
        TransposeRight = transposeRight;
        if (!IsMatrix(left.Shape) || !IsMatrix(right.Shape)) throw Mismatch("two matrices");
        if (left.Shape.IsBatched && right.Shape.IsBatched && left.Shape.RowsPerSample != right.Shape.RowsPerSample) throw Mismatch("as many places in a sample on both sides");
        var (rows, innerLeft) = Sides(left.Shape, transposeLeft);
        var (innerRight, columns) = Sides(right.Shape, transposeRight);
        if (innerLeft != innerRight) throw Mismatch("inner sizes that agree");
        if (columns == Count) throw Mismatch("columns that are not the count N");
        Output = AddOutput(rows == Count ? Shape.Batch([.. left.Shape.Sizes[..^1], columns]) : Shape.Of(rows, columns));
    }

    /// <summary>Whether A is stored transposed.</summary>
    public bool TransposeLeft { get; }

    /// <summary>Whether B is stored transposed.</summary>
    public bool TransposeRight { get; }

    /// <summary>The product, <c>[N, ..., F]</c> or <c>[M, F]</c>.</summary>
    public Value Output { get; }

    /// <inheritdoc/>
    public override long MultiplyAdds
    {
        get
        {
            var left = Inputs[0].Shape;
            var inner = left.IsBatched ? (TransposeLeft ? left.RowsPerSample : left.Channels) : left.Sizes[TransposeLeft ? 0 : 1];
            return Output.Shape.ElementsPerSample * inner;
        }
    }

    private const int Count = -1;

    /// <inheritdoc/>
    public override void Adjoint(AdjointContext context)
    {
        // C = op(A) op(B):  d op(A) = dC op(B)^T,  d op(B) = op(A)^T dC.
        if (context.Cotangent(Output) is not { } cotangent) return;
        var (left, right) = (Inputs[0], Inputs[1]);
        if (context.Needs(left))
        {
            context.Add(left, TransposeLeft
                ? new MatrixProductNode($"{Name}.d_left", right, cotangent, TransposeRight, true).Output
                : new MatrixProductNode($"{Name}.d_left", cotangent, right, false, !TransposeRight).Output);
        }

        if (context.Needs(right))
        {
            context.Add(right, TransposeRight
                ? new MatrixProductNode($"{Name}.d_right", cotangent, left, true, TransposeLeft).Output
                : new MatrixProductNode($"{Name}.d_right", left, cotangent, !TransposeLeft, false).Output);
        }
    }

    /// <inheritdoc/>
    public override Node WithInputs(ImmutableArray<Value> inputs) => new MatrixProductNode(Name, inputs[0], inputs[1], TransposeLeft, TransposeRight);

    private static bool IsMatrix(Shape shape) => shape.IsBatched ? shape.Rank >= 2 : shape.Rank == 2;

    private static (int Rows, int Columns) Sides(Shape shape, bool transposed)
    {
        var (rows, columns) = shape.IsBatched ? (Count, shape.Channels) : (shape.Sizes[0], shape.Sizes[1]);
        return transposed ? (columns, rows) : (rows, columns);
    }

    private GraphException Mismatch(string expected) => GraphException.ShapeMismatch(
        Name,
        $"A {Inputs[0].Shape}{(TransposeLeft ? " transposed" : "")} and B {Inputs[1].Shape}{(TransposeRight ? " transposed" : "")}",
        expected,
        "Flatten inputs of more than two dimensions, and check the sizes of the layers around.");
}
