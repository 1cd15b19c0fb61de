using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Convolution;

/// <summary>One entry of <see cref="ConvolutionAlgorithms"/>: what it can do, what it is best at, and how to make it.</summary>
internal abstract class ConvolutionFamily
{
    public abstract string Name { get; }

    /// <summary>Whether it is still good where a call covers a few rows of one image.</summary>
    public virtual bool SuitsRows => true;

    /// <summary>Whether the family gives the right result.</summary>
    public abstract bool Can<P>(ConvolutionDirection direction, in ConvolutionShape shape)
        where P : struct, IPack<P>;

    /// <summary>Whether it is the one to take if none before it in the list is: a function of direction, shape and width. Asked only where it <see cref="Can"/>.</summary>
    public virtual bool Wants<P>(ConvolutionDirection direction, in ConvolutionShape shape)
        where P : struct, IPack<P> => true;

    public abstract ConvolutionAlgorithm Create<P>(ConvolutionDirection direction, in ConvolutionShape shape)
        where P : struct, IPack<P>;
}
