using System.Collections.Immutable;
using Evenkeel.Data.Datasets;

namespace Evenkeel.Data.Augmentation;

/// <summary>Makes augmentations for images of a shape.</summary>
/// <param name="shape">The samples' shape.</param>
public delegate ImmutableArray<IAugmentation> AugmentationFactory(SampleShape shape);

/// <summary>Usual combinations of augmentations by their names on the command line.</summary>
/// <remarks>All members may be called from any thread.</remarks>
public static class AugmentationTable
{
    /// <summary>The name of no augmentation at all.</summary>
    public const string None = "none";

    // A border of an eighth is 4 pixels on CIFAR's 32, a square of a half 16.
    private const int BorderPart = 8;
    private const int CutoutPart = 2;

    private static ImmutableSortedDictionary<string, AugmentationFactory> entries = ImmutableSortedDictionary.Create<string, AugmentationFactory>(StringComparer.Ordinal)
        .Add(None, static _ => [])
        .Add("crop", static shape => [Crop(shape)])
        .Add("crop-alternate", static shape => [new AlternatingFlip(), new PadCrop(Side(shape, BorderPart), ImageBorder.Reflect)])
        .Add("crop-flip", static shape => [Crop(shape), new HorizontalFlip()])
        .Add("crop-flip-cutout", static shape => [Crop(shape), new HorizontalFlip(), new Cutout(Side(shape, CutoutPart))])
        .Add("crop-flip-erase", static shape => [Crop(shape), new HorizontalFlip(), new RandomErasing()])
        .Add("alternate", static _ => [new AlternatingFlip(), new PadCrop(2, ImageBorder.Reflect)])
        .Add("resized-crop-flip", static _ => [new RandomResizedCrop(), new HorizontalFlip()])
        .Add("resized-crop-flip-jitter", static _ => [new RandomResizedCrop(), new HorizontalFlip(), new ColorJitter()]);

    /// <summary>All names, sorted.</summary>
    public static IEnumerable<string> Names => entries.Keys;

    /// <summary>Makes the augmentations called <paramref name="name"/>.</summary>
    /// <param name="name">A name of the table.</param>
    /// <param name="shape">The samples' shape.</param>
    /// <exception cref="DatasetException">EK0340: nothing has the name.</exception>
    public static ImmutableArray<IAugmentation> Create(string name, SampleShape shape) =>
        entries.TryGetValue(name, out var factory) ? factory(shape) : throw DataErrors.UnknownAugmentation(name, entries.Keys);

    /// <summary>Adds a combination of your own.</summary>
    /// <param name="name">Its name on the command line.</param>
    /// <param name="factory">Makes it.</param>
    /// <exception cref="DatasetException">EK0336: the name is taken.</exception>
    public static void Register(string name, AugmentationFactory factory)
    {
        if (!ImmutableInterlocked.Update(ref entries, static (table, entry) => table.ContainsKey(entry.name) ? table : table.Add(entry.name, entry.factory), (name, factory)))
            throw DataErrors.NameTaken(nameof(AugmentationTable), name);
    }

    private static PadCrop Crop(SampleShape shape) => new(Side(shape, BorderPart));

    private static int Side(SampleShape shape, int part) => Math.Max(1, shape.Rank == 0 ? 1 : shape[0] / part);
}
