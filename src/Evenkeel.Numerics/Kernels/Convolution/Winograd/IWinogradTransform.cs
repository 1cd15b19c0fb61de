using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Convolution.Winograd;

/// <summary>The transforms of a minimal filtering algorithm F(m x m, 3 x 3).</summary>
/// <remarks>
/// <para><c>y = A^T [(G g G^T) . (B^T d B)] A</c> for m x m outputs from m + 2 x m + 2 inputs; the product in brackets is element by element, so
/// over many tiles and channels it is one matrix product per point (Lavin and Gray, arXiv 1509.09308, equation 8). The gradient of the filter is
/// <c>dg = G^T [(B^T d B) . (A dy A^T)] G</c>.</para>
/// <para>Pixels are read one row of points at a time, and written when the sums of all rows are there; a point's values lie in a plane of their own, <c>stride</c> floats from the next one.
/// Every transform works along columns first, then along rows, one pack of channels after another; no lane past the last channel is read.</para>
/// </remarks>
internal unsafe interface IWinogradTransform
{
    /// <summary>m: rows and columns that a tile writes.</summary>
    static abstract int Outputs { get; }

    /// <summary>The name that listings show.</summary>
    static abstract string Name { get; }

    /// <summary>A row of <c>B^T d B</c> of a tile, all channels.</summary>
    /// <param name="row">The row of points.</param>
    /// <param name="pixels">The addresses of the (m + 2)^2 pixels, row by row.</param>
    /// <param name="channels">Channels; whole packs are written, the lanes past the last channel zero.</param>
    /// <param name="points">Where the first point of the row goes.</param>
    /// <param name="stride">Floats between points.</param>
    static abstract void Input<P>(int row, float** pixels, int channels, float* points, nint stride)
        where P : struct, IPack<P>;

    /// <summary>A row of <c>M A</c>: m sums along a row of points.</summary>
    /// <param name="points">The first point of the row.</param>
    /// <param name="stride">Floats between points.</param>
    /// <param name="sums">Where the first sum goes.</param>
    /// <param name="sumStride">Floats between sums.</param>
    /// <param name="channels">Channels, whole packs.</param>
    static abstract void OutputRow<P>(float* points, nint stride, float* sums, nint sumStride, int channels)
        where P : struct, IPack<P>;

    /// <summary><c>y = A^T (M A) + bias</c>, m^2 pixels, from the sums of all rows.</summary>
    /// <param name="sums">The first of the (m + 2) m sums, row by row.</param>
    /// <param name="stride">Floats between sums.</param>
    /// <param name="bias">One number per channel.</param>
    /// <param name="pixels">The addresses of the pixels.</param>
    /// <param name="first">The first channel of the pixels.</param>
    /// <param name="channels">Channels.</param>
    static abstract void OutputTile<P>(float* sums, nint stride, float* bias, float** pixels, nint first, int channels)
        where P : struct, IPack<P>;

    /// <summary>A row of <c>A dy A^T</c> of a tile of m^2 pixels, the adjoint of <see cref="OutputRow"/> and <see cref="OutputTile"/>; parameters as of <see cref="Input"/>.</summary>
    static abstract void Cotangent<P>(int row, float** pixels, int channels, float* points, nint stride)
        where P : struct, IPack<P>;

    /// <summary><c>G g G^T</c> of one pack of filters.</summary>
    /// <param name="taps">The first of the nine taps; all are read before a point is written.</param>
    /// <param name="tapStride">Floats between taps.</param>
    /// <param name="lanes">The filters of a partial pack.</param>
    /// <param name="points">Where the first of the (m + 2)^2 points goes.</param>
    /// <param name="stride">Floats between points.</param>
    /// <param name="temporary">(m + 2)^2 packs.</param>
    static abstract void Filter<P, TPartial>(float* taps, nint tapStride, int lanes, float* points, nint stride, float* temporary)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch;

    /// <summary><c>G^T dU G</c> of one pack of filters, the adjoint of <see cref="Filter"/>: written to the nine taps, or added to them.</summary>
    static abstract void FilterGradient<P, TPartial>(float* points, nint stride, float* taps, nint tapStride, int lanes, bool accumulate, float* temporary)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch;
}
