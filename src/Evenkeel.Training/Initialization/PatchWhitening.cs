using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Models;
using Evenkeel.Numerics.LinearAlgebra;

namespace Evenkeel.Training.Initialization;

/// <summary>Filters that whiten patches: projections on the principal directions of a dataset's patches, each divided by its deviation, in both signs.</summary>
/// <remarks>
/// Filter k is <c>v_k / sqrt(lambda_k + epsilon)</c> for the eigenvectors of the patches' second moments <c>E[p p^T]</c>, the largest eigenvalue first, and filter n + k its negative.
/// Page, How to train your ResNet 8, 2019; Jordan, arXiv 2404.00498, section 3.2. A function of the samples alone.
/// </remarks>
public static class PatchWhitening
{
    /// <summary>How many images the paper's network looks at.</summary>
    public const int UsualImages = 5000;

    /// <summary>Overwrites a convolution's weight.</summary>
    /// <param name="model">The model; no plan of it may be running.</param>
    /// <param name="weight">The weight's name, for example <c>whiten.weight</c>; its shape is <c>[h, w, channels, 2 h w channels]</c>.</param>
    /// <param name="dataset">Images <c>[H, W, channels]</c> as training hands them in (standardised).</param>
    /// <param name="images">How many of them, the first ones, are looked at. Default 5000.</param>
    /// <param name="epsilon">Added to the eigenvalues, above 0. Default 5e-4, the paper's.</param>
    /// <exception cref="TrainingException">EK0543: the weight is no whitening filter, or the samples are no images of its channels.</exception>
    public static void Apply(Model model, string weight, Dataset dataset, int images = UsualImages, double epsilon = 5e-4)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentOutOfRangeException.ThrowIfLessThan(images, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(epsilon, 0);
        var tensor = model.Parameters[weight];
        if (tensor.Shape.Rank != 4 || tensor.Shape.Sizes[3] != 2 * tensor.Shape.Sizes[0] * tensor.Shape.Sizes[1] * tensor.Shape.Sizes[2])
            throw TrainingErrors.Unwhitenable(weight, $"a weight {tensor.Shape}", "[h, w, channels, 2 h w channels]", "Give the convolution twice as many filters as a patch has numbers.");
        var (height, width, channels) = (tensor.Shape.Sizes[0], tensor.Shape.Sizes[1], tensor.Shape.Sizes[2]);
        if (dataset.Shape.Rank != 3 || dataset.Shape[2] != channels || dataset.Shape[0] < height || dataset.Shape[1] < width)
            throw TrainingErrors.Unwhitenable(weight, $"samples of {dataset.Shape}", TrainingErrors.Invariant($"images of {channels} channels, at least {height} x {width}"), "Whiten the images that the network is trained on.");

        var size = height * width * channels;
        var (values, vectors) = SymmetricEigenvectors.Of(Moments(dataset, Math.Min(images, dataset.Count), height, width, channels), size);
        for (var k = 0; k < size; k++)
        {
            var factor = 1 / Math.Sqrt(values[k] + epsilon);
            for (var i = 0; i < size; i++)
            {
                // Element i of a patch is that tap and channel of the filter.
                tensor.Span[(i * 2 * size) + k] = (float)(vectors[k][i] * factor);
                tensor.Span[(i * 2 * size) + size + k] = -(float)(vectors[k][i] * factor);
            }
        }
    }

    /// <summary>The mean of <c>p p^T</c> over all patches, the upper triangle.</summary>
    private static double[] Moments(Dataset dataset, int images, int height, int width, int channels)
    {
        var size = height * width * channels;
        var sums = new double[size * size];
        var (image, patch) = (new float[dataset.Shape.Length], new float[size]);
        var (rows, columns) = (dataset.Shape[0] - height + 1, dataset.Shape[1] - width + 1);
        for (var n = 0; n < images; n++)
        {
            dataset.Read(n, image);
            for (var place = 0; place < rows * columns; place++)
            {
                var (y, x) = Math.DivRem(place, columns);
                for (var row = 0; row < height; row++)
                    image.AsSpan((((y + row) * dataset.Shape[1]) + x) * channels, width * channels).CopyTo(patch.AsSpan(row * width * channels));
                for (var i = 0; i < size; i++)
                {
                    for (var j = i; j < size; j++) sums[(i * size) + j] += (double)patch[i] * patch[j];
                }
            }
        }

        return Array.ConvertAll(sums, sum => sum / ((double)images * rows * columns));
    }
}
