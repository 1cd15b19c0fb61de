using Evenkeel.Numerics.Kernels.Convolution.Winograd;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Convolution;

/// <summary>The algorithms of convolution, best first; the plain reference, which takes everything, is last.</summary>
public static class ConvolutionAlgorithms
{
    private static readonly ConvolutionFamily[] s_all =
    [
        new DepthwiseFamily(),
        new WinogradFourFamily(),
        new WinogradTwoFamily(),
        new WindowFamily(),
        new DirectFamily(),
        new PlainFamily(),
    ];

    /// <summary>The names of the families of algorithms, best first. <see cref="ConvolutionAlgorithm.Name"/> begins with one of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_all.Select(static family => family.Name)];

    /// <summary>The algorithm for a direction of a shape: the first that wants it. The choice depends on these arguments alone.</summary>
    /// <param name="direction">Which of the three products.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="bits">512, 256, 128 or 32.</param>
    /// <param name="byRows">Whether calls cover a few rows of one image, not whole images.</param>
    /// <exception cref="ArgumentOutOfRangeException">The shape is none, or <paramref name="bits"/> is no pack width.</exception>
    public static ConvolutionAlgorithm Choose(ConvolutionDirection direction, ConvolutionShape shape, int bits, bool byRows = false) =>
        Supporting(direction, shape, bits, wantedOnly: true, byRows).First();

    /// <summary>Every algorithm that computes the direction of the shape, best first, whether or not it would be chosen: for tests and measurements.</summary>
    /// <param name="direction">Which of the three products.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="bits">512, 256, 128 or 32.</param>
    /// <exception cref="ArgumentOutOfRangeException">The shape is none, or <paramref name="bits"/> is no pack width.</exception>
    public static IReadOnlyList<ConvolutionAlgorithm> Supporting(ConvolutionDirection direction, ConvolutionShape shape, int bits) =>
        [.. Supporting(direction, shape, bits, wantedOnly: false)];

    /// <summary>An algorithm by the name of its family.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="direction">Which of the three products.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="bits">512, 256, 128 or 32.</param>
    /// <returns>The algorithm; null if the family cannot do the direction or the shape.</returns>
    /// <exception cref="ArgumentException">No family has that name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The shape is none, or <paramref name="bits"/> is no pack width.</exception>
    public static ConvolutionAlgorithm? TryCreate(string name, ConvolutionDirection direction, ConvolutionShape shape, int bits)
    {
        var family = Array.Find(s_all, candidate => candidate.Name == name)
            ?? throw new ArgumentException($"No convolution algorithm is named '{name}'; there are {string.Join(", ", Names)}.", nameof(name));
        shape.Require();
        return PackWidths.Dispatch<Creation, ConvolutionAlgorithm?>(bits, new(family, direction, shape, WantedOnly: false));
    }

    private static IEnumerable<ConvolutionAlgorithm> Supporting(ConvolutionDirection direction, ConvolutionShape shape, int bits, bool wantedOnly, bool byRows = false)
    {
        shape.Require();
        return from family in s_all
               where !byRows || family.SuitsRows
               let algorithm = PackWidths.Dispatch<Creation, ConvolutionAlgorithm?>(bits, new(family, direction, shape, wantedOnly))
               where algorithm is not null
               select algorithm;
    }

    private readonly record struct Creation(ConvolutionFamily Family, ConvolutionDirection Direction, ConvolutionShape Shape, bool WantedOnly)
        : IPackFunction<ConvolutionAlgorithm?>
    {
        public ConvolutionAlgorithm? Invoke<P>()
            where P : struct, IPack<P>
        {
            if (!Family.Can<P>(Direction, Shape) || (WantedOnly && !Family.Wants<P>(Direction, Shape))) return null;
            return Family.Create<P>(Direction, Shape);
        }
    }
}
