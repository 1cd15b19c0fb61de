using Evenkeel.Numerics.Kernels.Convolution;

namespace Evenkeel.Graph.Shapes;

/// <summary>The tensors of a convolution, and the checks that its nodes share.</summary>
internal static class ConvolutionShapes
{
    public static Shape Input(ConvolutionShape geometry) => Shape.Batch(geometry.Height, geometry.Width, geometry.Channels);

    public static Shape Filter(ConvolutionShape geometry) => Shape.Of(geometry.KernelHeight, geometry.KernelWidth, geometry.GroupChannels, geometry.Filters);

    public static Shape Output(ConvolutionShape geometry) => Shape.Batch(geometry.OutputHeight, geometry.OutputWidth, geometry.Filters);

    /// <summary>Numbers that can be, and a filter that fits into the padded input.</summary>
    public static void RequireSensible(string name, ConvolutionShape geometry)
    {
        foreach (var (what, value, least) in (ReadOnlySpan<(string, int, int)>)[
            ("height", geometry.Height, 1), ("width", geometry.Width, 1), ("channels", geometry.Channels, 1), ("filters", geometry.Filters, 1),
            ("filter height", geometry.KernelHeight, 1), ("filter width", geometry.KernelWidth, 1), ("stride", Math.Min(geometry.StrideHeight, geometry.StrideWidth), 1),
            ("dilation", Math.Min(geometry.DilationHeight, geometry.DilationWidth), 1), ("groups", geometry.Groups, 1),
            ("padding", Math.Min(Math.Min(geometry.PaddingTop, geometry.PaddingBottom), Math.Min(geometry.PaddingLeft, geometry.PaddingRight)), 0)])
        {
            if (value < least) throw GraphException.BadOption(name, $"{what} {value}", $"at least {least}", "Correct the convolution's geometry.");
        }

        if (geometry.Channels % geometry.Groups != 0 || geometry.Filters % geometry.Groups != 0)
            throw GraphException.BadOption(name, $"{geometry.Groups} groups for {geometry.Channels} channels and {geometry.Filters} filters", "groups that divide both", "As many groups as channels make a depthwise convolution.");
        var (rows, columns) = (Reach(geometry.KernelHeight, geometry.DilationHeight), Reach(geometry.KernelWidth, geometry.DilationWidth));
        var (height, width) = (geometry.Height + geometry.PaddingTop + geometry.PaddingBottom, geometry.Width + geometry.PaddingLeft + geometry.PaddingRight);
        if (rows > height || columns > width)
            throw GraphException.ShapeMismatch(name, $"a filter that spans {rows} x {columns} places", $"one that fits into the padded input of {height} x {width}", "Pad more, or use a smaller filter or dilation.");
    }

    public static void Require(string name, string what, Shape came, Shape expected)
    {
        if (came != expected) throw GraphException.ShapeMismatch(name, $"{what} {came}", $"{expected}, as the convolution's geometry says", "Inputs are [N, H, W, C], filters [KH, KW, C / groups, K].");
    }

    private static long Reach(int taps, int dilation) => ((taps - 1L) * dilation) + 1;
}
