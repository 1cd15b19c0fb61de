namespace Evenkeel.Numerics.Kernels.Convolution.Winograd;

/// <summary>Minimal filtering for dense 3 x 3 filters of stride 1 with up to two rows and columns of padding.</summary>
internal abstract class WinogradFamily<TTransform> : ConvolutionFamily
    where TTransform : struct, IWinogradTransform
{
    public override string Name => TTransform.Name;

    /// <summary>Products of an image for one channel and one filter.</summary>
    public static int Products(in ConvolutionShape shape)
    {
        var points = TTransform.Outputs + 2;
        return points * points * Tiles(shape.OutputHeight) * Tiles(shape.OutputWidth);
    }

    // A few rows make few tiles, and the transformed filter, larger than the filter, is read for them all the same.
    public override bool SuitsRows => false;

    public override bool Can<P>(ConvolutionDirection direction, in ConvolutionShape shape) =>
        shape is { KernelHeight: 3, KernelWidth: 3, StrideHeight: 1, StrideWidth: 1, DilationHeight: 1, DilationWidth: 1, Groups: 1, PaddingTop: <= 2, PaddingBottom: <= 2, PaddingLeft: <= 2, PaddingRight: <= 2 };

    public override ConvolutionAlgorithm Create<P>(ConvolutionDirection direction, in ConvolutionShape shape) => direction == ConvolutionDirection.FilterGradient
        ? new WinogradFilterGradient<P, TTransform>(shape)
        : new WinogradConvolution<P, TTransform>(direction, shape);

    // With few channels the transforms cost more than the products save.
    protected static bool HasDepth(in ConvolutionShape shape, int least) => shape.Channels >= least && shape.Filters >= least;

    private static int Tiles(int pixels) => (pixels + TTransform.Outputs - 1) / TTransform.Outputs;
}

/// <summary>The entry of <see cref="WinogradFour"/>: 1.8 times fewer multiplications than F(2 x 2) where whole tiles cover the image.</summary>
internal sealed class WinogradFourFamily : WinogradFamily<WinogradFour>
{
    private const int LeastChannels = 12;

    // Partial tiles eat the saving up, and the transformed filter, four times the filter, is worth reading for several tiles of an image only.
    public override bool Wants<P>(ConvolutionDirection direction, in ConvolutionShape shape) =>
        HasDepth(shape, LeastChannels) && shape is { OutputHeight: > 4, OutputWidth: > 4 } && 3 * Products(shape) <= 2 * WinogradTwoFamily.Products(shape);
}

/// <summary>The entry of <see cref="WinogradTwo"/>: as exact as the direct sum, and faster from 32 channels on.</summary>
internal sealed class WinogradTwoFamily : WinogradFamily<WinogradTwo>
{
    private const int LeastChannels = 32;

    /// <summary>The gradient of a smaller filter is summed over a few images at a time, and the way back to taps after each of them takes more than the products save.</summary>
    private const long LeastGradientFloats = 256 * 1024;

    public override bool Wants<P>(ConvolutionDirection direction, in ConvolutionShape shape) =>
        HasDepth(shape, LeastChannels) && (direction != ConvolutionDirection.FilterGradient || shape.FilterFloats >= LeastGradientFloats);
}
