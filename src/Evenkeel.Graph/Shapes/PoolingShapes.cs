using Evenkeel.Numerics.Kernels.Pooling;

namespace Evenkeel.Graph.Shapes;

/// <summary>The tensors of a pooling, and the checks that its nodes share.</summary>
internal static class PoolingShapes
{
    public static Shape Input(PoolingShape geometry) => Shape.Batch(geometry.Rows.Size, geometry.Columns.Size, geometry.Channels);

    public static Shape Output(PoolingShape geometry) => Shape.Batch(geometry.Rows.Outputs, geometry.Columns.Outputs, geometry.Channels);

    public static void RequireInput(string name, Shape shape, PoolingShape geometry) => Require(name, shape, Input(geometry));

    public static void RequireOutput(string name, Shape shape, PoolingShape geometry) => Require(name, shape, Output(geometry));

    public static void RequireCovered(string name, PoolingShape geometry)
    {
        if (!geometry.Rows.IsCovered || !geometry.Columns.IsCovered)
            throw GraphException.BadOption(name, "a window that lies in the padding alone", "at least one input in every window", "Pad less than a window on every side.");
    }

    private static void Require(string name, Shape came, Shape expected)
    {
        if (came != expected) throw GraphException.ShapeMismatch(name, $"{came}", $"{expected}, what the pooling's windows were made for", "Make the windows for the tensor's height, width and channels.");
    }
}
