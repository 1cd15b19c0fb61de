using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.MatrixProduct;

/// <summary>The algorithms of the matrix product, best first; the plain reference, which takes everything, is last.</summary>
public static class MatrixProductAlgorithms
{
    internal static readonly MatrixProductAlgorithm[] All =
    [
        new InPlaceAlgorithm(),
        new PanelPackedAlgorithm(),
        new BlockedAlgorithm(),
        new PlainAlgorithm(),
    ];

    /// <summary>The names of the algorithms, best first.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(static algorithm => algorithm.Name)];

    /// <summary>Prepares a product with a named algorithm, whether or not it would be chosen: for tests and measurements.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="bits">512, 256, 128 or 32.</param>
    /// <param name="capacity">The largest shape.</param>
    /// <param name="partition">How it is to be split.</param>
    /// <returns>The product; null if the algorithm cannot do the shape or the partition.</returns>
    /// <exception cref="ArgumentException">No algorithm has that name.</exception>
    public static MatrixProduct? TryCreate(string name, int bits, MatrixProductShape capacity, MatrixProductPartition partition)
    {
        var algorithm = Array.Find(All, candidate => candidate.Name == name)
            ?? throw new ArgumentException($"No matrix product algorithm is named '{name}'; there are {string.Join(", ", Names)}.", nameof(name));
        return PackWidths.Dispatch<Creation, MatrixProduct?>(bits, new(algorithm, capacity, partition));
    }

    private readonly record struct Creation(MatrixProductAlgorithm Algorithm, MatrixProductShape Capacity, MatrixProductPartition Partition) : IPackFunction<MatrixProduct?>
    {
        public MatrixProduct? Invoke<P>()
            where P : struct, IPack<P> =>
            Algorithm.Can(Capacity, Partition) ? Algorithm.Create<P>(Capacity, Partition) : null;
    }
}

/// <summary>One entry of the list: what it can do, what it is best at, and how to make it.</summary>
internal abstract class MatrixProductAlgorithm
{
    public abstract string Name { get; }

    /// <summary>Whether the algorithm gives the right result for the shape and partition.</summary>
    public abstract bool Can(in MatrixProductShape shape, MatrixProductPartition partition);

    /// <summary>Whether it is the one to take if none before it in the list is: a function of shape, partition and width.</summary>
    public abstract bool Wants<P>(in MatrixProductShape shape, MatrixProductPartition partition)
        where P : struct, IPack<P>;

    public abstract MatrixProduct Create<P>(in MatrixProductShape shape, MatrixProductPartition partition)
        where P : struct, IPack<P>;
}
