namespace Evenkeel.Numerics.Kernels.Convolution;

/// <summary>The entry of <see cref="DirectConvolution{P}"/> and <see cref="DirectFilterGradient{P}"/>, which take every shape.</summary>
internal sealed class DirectFamily : ConvolutionFamily
{
    public const string FamilyName = "direct";

    public override string Name => FamilyName;

    public override bool Can<P>(ConvolutionDirection direction, in ConvolutionShape shape) => true;

    public override ConvolutionAlgorithm Create<P>(ConvolutionDirection direction, in ConvolutionShape shape) =>
        direction == ConvolutionDirection.FilterGradient ? new DirectFilterGradient<P>(shape) : new DirectConvolution<P>(direction, shape);
}

/// <summary>The entry of <see cref="WindowFilterGradient{P}"/>.</summary>
internal sealed class WindowFamily : ConvolutionFamily
{
    public const string FamilyName = "window";

    public override string Name => FamilyName;

    public override bool Can<P>(ConvolutionDirection direction, in ConvolutionShape shape) =>
        direction == ConvolutionDirection.FilterGradient && WindowFilterGradient<P>.Can(shape);

    public override bool Wants<P>(ConvolutionDirection direction, in ConvolutionShape shape) => WindowFilterGradient<P>.Wants(shape);

    public override ConvolutionAlgorithm Create<P>(ConvolutionDirection direction, in ConvolutionShape shape) => new WindowFilterGradient<P>(shape);
}
