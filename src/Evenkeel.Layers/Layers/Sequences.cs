using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Layers;

/// <summary>What layers over time ask of their input.</summary>
internal static class Sequences
{
    /// <summary>The input as <c>[N, T, F]</c>; images are read row by row.</summary>
    public static Value Of(BuildScope scope, Value input) => input.Shape switch
    {
        { IsBatched: true, Rank: 3 } => input,
        { IsBatched: true, Rank: 4 } image => new ReshapeNode(scope.NameOf("rows"), input, Shape.Batch(image.Sizes[0], image.Sizes[1] * image.Sizes[2])).Output,
        var other => throw LayerErrors.BadInput(scope.Where, other, "a sequence [N, T, F] or images [N, H, W, C]", "Give every sample as T steps of F numbers, for example Shape.Batch(28, 28)."),
    };

    /// <summary>The mask that belongs to a sequence; null where all its steps are there, or where it is none.</summary>
    public static Value? MaskOf(BuildScope scope, Value input) =>
        scope.Mask is { } mask && input.Shape is { IsBatched: true, Rank: 3 } && input.Shape.Sizes[0] == mask.Shape.Sizes[0] ? mask : null;
}
