namespace Evenkeel.Numerics.Kernels.Convolution;

/// <summary>One way to compute one direction of a convolution, chosen once when a plan is compiled. Instances hold no state of a run and may be used by many threads.</summary>
/// <remarks>What an algorithm computes for an image depends on the image and the filter alone, never on the cut into pieces or on the number of threads;
/// a filter gradient adds the sums of images in their order, so accumulating over consecutive pieces that begin at multiples of <see cref="ImageStep"/> gives the bits of one run over all.</remarks>
public abstract unsafe class ConvolutionAlgorithm
{
    /// <summary>Creates the algorithm for a shape.</summary>
    protected ConvolutionAlgorithm(ConvolutionShape shape) => Shape = shape;

    /// <summary>The shape.</summary>
    public ConvolutionShape Shape { get; }

    /// <summary>The name that listings show, for example <c>direct 8x32</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Floats of the packed filter, shared by all workers; 0 where the filter is read as stored.</summary>
    public virtual long PackedFloats => 0;

    /// <summary>Floats of scratch memory per worker.</summary>
    public virtual long ScratchFloats => 0;

    /// <summary>The step in which the channels of the written tensor may be shared out among pieces (see <see cref="ConvolutionCall.FirstChannel"/>); 0 where every piece writes all of them.</summary>
    /// <remarks>Splitting outputs serves where splitting images would not: few images, or a filter gradient so large that adding partial sums costs more than making them.</remarks>
    public virtual int ChannelStep => 0;

    /// <summary>Filter gradient: the images whose sums are formed together before they are added; 1 where every image is added on its own.</summary>
    /// <remarks>A piece of fewer images is right too, but pays the forming of the sums for fewer images.</remarks>
    public virtual int ImageStep => 1;

    /// <summary>Whether a call may cover some rows of its images: rows that are written, in the filter gradient rows of dy.</summary>
    public virtual bool TakesRows => false;

    /// <summary>Pieces that <see cref="PackFilter"/> is cut into; 0 where nothing is packed.</summary>
    public virtual int PackPieces => 0;

    /// <summary>Lays a piece of the filter out for <see cref="Run"/>; all pieces run before it, once for every new filter.</summary>
    public virtual void PackFilter(float* filter, float* packed, int piece)
    {
    }

    /// <summary>Computes a piece.</summary>
    public abstract void Run(ref ConvolutionCall call);
}
