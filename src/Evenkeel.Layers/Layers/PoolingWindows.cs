using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels.Pooling;

namespace Evenkeel.Layers;

/// <summary>The windows that pooling layers make of their options.</summary>
internal static class PoolingWindows
{
    public static PoolingShape Sliding(BuildScope scope, Value input, Size2 window, Size2 stride, Padding padding)
    {
        var (height, width, channels) = Images.Require(scope, input, window);
        if (stride.Height < 1 || stride.Width < 1) throw LayerErrors.BadOption(scope.Where, $"a stride of {stride}", "at least 1 x 1", "The window's size makes windows that do not overlap.");
        var (top, bottom) = padding.Rows(height, window.Height, stride.Height);
        var (left, right) = padding.Columns(width, window.Width, stride.Width);
        if (Math.Min(Math.Min(top, bottom), Math.Min(left, right)) < 0) throw LayerErrors.BadOption(scope.Where, $"a padding of {padding}", "0 or more on every side", "Cut the image with a slice instead.");
        if (window.Height > height + top + bottom || window.Width > width + left + right)
            throw LayerErrors.BadInput(scope.Where, input.Shape, $"images that hold a window of {window}", "Use a smaller window, more padding, or an adaptive pooling.");
        return new(PoolingAxis.Sliding(height, window.Height, stride.Height, top, bottom), PoolingAxis.Sliding(width, window.Width, stride.Width, left, right), channels);
    }

    public static PoolingShape Adaptive(BuildScope scope, Value input, Size2 output)
    {
        var (height, width, channels) = Images.Require(scope, input);
        if (output.Height < 1 || output.Width < 1) throw LayerErrors.BadOption(scope.Where, $"an output of {output}", "at least 1 x 1", "An output of 1 x 1 takes whole images.");
        return new(PoolingAxis.Adaptive(height, output.Height), PoolingAxis.Adaptive(width, output.Width), channels);
    }
}
