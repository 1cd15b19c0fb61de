using Evenkeel.Data.Augmentation;
using Evenkeel.Data.Datasets;

namespace Evenkeel.Training.Evaluation;

/// <summary>Images in one view.</summary>
/// <param name="inner">Images <c>[H, W]</c> or <c>[H, W, C]</c>.</param>
/// <param name="view">How they are seen; moved by less than a side.</param>
public sealed class ViewDataset(Dataset inner, TestView view) : Dataset(inner.Name, inner.Shape, inner.Target)
{
    private readonly int _channels = inner.Shape.Rank == 3 ? inner.Shape[2] : 1;

    /// <inheritdoc/>
    public override int Count => inner.Count;

    /// <inheritdoc/>
    protected override void ReadFeatures(int index, Span<float> features)
    {
        inner.Read(index, features);
        var (height, width) = (Shape[0], Shape[1]);
        if (view.Down != 0 || view.Right != 0)
        {
            var source = features.ToArray();
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    var from = ((Mirrored(y + view.Down, height) * width) + Mirrored(x + view.Right, width)) * _channels;
                    source.AsSpan(from, _channels).CopyTo(features[(((y * width) + x) * _channels)..]);
                }
            }
        }

        if (view.IsMirrored) HorizontalFlip.Mirror(new AugmentedImage(features, default, height, width, _channels));
    }

    /// <inheritdoc/>
    protected override int ReadClass(int index) => inner.ReadLabel(index);

    /// <inheritdoc/>
    protected override void ReadTargets(int index, Span<float> values) => inner.ReadValues(index, values);

    private static int Mirrored(int place, int length) => length == 1 ? 0 : Math.Abs(place) is var distance && distance < length ? distance : (2 * length) - 2 - distance;
}
