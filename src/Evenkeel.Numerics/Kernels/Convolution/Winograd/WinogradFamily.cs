namespace Evenkeel.Numerics.Kernels.Convolution.Winograd;

/// <summary>Minimal filtering for dense 3 x 3 filters of stride 1 with up to two rows and columns of padding.</summary>
internal abstract class WinogradFamily<TTransform> : ConvolutionFamily
    where TTransform : struct, IWinogradTransform
{
    public override string Name => TTransform.Name;

    // A few rows make few tiles, and the transformed filter, larger than the filter, is read for them all the same.
    public override bool SuitsRows => false;

    public override bool Can<P>(ConvolutionDirection direction, in ConvolutionShape shape) =>
        shape is { KernelHeight: 3, KernelWidth: 3, StrideHeight: 1, StrideWidth: 1, DilationHeight: 1, DilationWidth: 1, Groups: 1, PaddingTop: <= 2, PaddingBottom: <= 2, PaddingLeft: <= 2, PaddingRight: <= 2 };

    public override ConvolutionAlgorithm Create<P>(ConvolutionDirection direction, in ConvolutionShape shape) => direction == ConvolutionDirection.FilterGradient
        ? new WinogradFilterGradient<P, TTransform>(shape)
        : new WinogradConvolution<P, TTransform>(direction, shape);
}

/// <summary>The entry of <see cref="WinogradTwo"/>: as exact as the direct sum, and faster from 32 channels on.</summary>
internal sealed class WinogradTwoFamily : WinogradFamily<WinogradTwo>
{
    /// <summary>The gradient of a smaller filter is summed over a few images at a time, and the way back to taps after each of them takes more than the products save.</summary>
    private const long LeastGradientFloats = 256 * 1024;

    public override bool Wants<P>(ConvolutionDirection direction, in ConvolutionShape shape) =>
        shape.Channels >= 32 && shape.Filters >= 32 && (direction != ConvolutionDirection.FilterGradient || shape.FilterFloats >= LeastGradientFloats);
}

/// <summary>The entry of <see cref="WinogradFour"/>, which rounds some ten times more: never chosen, only named.</summary>
internal sealed class WinogradFourFamily : WinogradFamily<WinogradFour>
{
    public override bool Wants<P>(ConvolutionDirection direction, in ConvolutionShape shape) => false;
}
