using Evenkeel.Graph.Nodes;

namespace Evenkeel.Layers;

/// <summary>The checks that layers on images share.</summary>
internal static class Images
{
    /// <summary>Height, width and channels of a batch of images.</summary>
    public static (int Height, int Width, int Channels) Require(BuildScope scope, Value input)
    {
        if (input.Shape is not { IsBatched: true, Rank: 4 })
            throw LayerErrors.BadInput(scope.Where, input.Shape, "images [N, height, width, channels]", "Give the model data of that shape, and put Flatten and Dense layers behind it.");
        return (input.Shape.Sizes[0], input.Shape.Sizes[1], input.Shape.Sizes[2]);
    }

    /// <summary>The same, for a layer with windows.</summary>
    public static (int Height, int Width, int Channels) Require(BuildScope scope, Value input, Size2 window)
    {
        if (window.Height < 1 || window.Width < 1) throw LayerErrors.BadOption(scope.Where, $"a window of {window}", "at least 1 x 1", "A window of 3 x 3 is usual.");
        return Require(scope, input);
    }
}
