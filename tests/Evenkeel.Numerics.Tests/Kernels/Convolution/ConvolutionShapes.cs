using Evenkeel.Numerics.Kernels.Convolution;

namespace Evenkeel.Numerics.Tests.Kernels.Convolution;

/// <summary>Shapes at which convolutions go wrong.</summary>
internal static class ConvolutionShapes
{
    /// <summary>A square filter with the same padding on all sides.</summary>
    public static ConvolutionShape Square(int size, int channels, int filters, int kernel, int stride = 1, int padding = 0, int groups = 1) =>
        Padded(new(size, size, channels, filters, kernel, kernel) { StrideHeight = stride, StrideWidth = stride, Groups = groups }, padding);

    public static ConvolutionShape Padded(ConvolutionShape shape, int padding) =>
        shape with { PaddingTop = padding, PaddingBottom = padding, PaddingLeft = padding, PaddingRight = padding };

    /// <summary>Strides, paddings, dilations, groups, odd sizes, channels that are no multiple of a vector, one filter, one pixel, filters as large as the image.</summary>
    public static readonly ConvolutionShape[] Awkward =
    [
        Square(1, 1, 1, 1),
        Square(1, 17, 33, 1),
        Square(1, 3, 5, 3, padding: 1),
        Square(3, 5, 1, 3, padding: 1),
        Square(3, 2, 3, 3),
        Square(4, 16, 16, 3, padding: 1),
        Square(5, 3, 16, 3, padding: 1),
        Square(6, 17, 31, 3, padding: 1),
        Square(5, 33, 49, 3, padding: 1),
        Square(8, 8, 8, 3, padding: 1),
        Square(7, 4, 20, 5, padding: 2),
        Square(9, 3, 8, 7, 2, 3),
        Square(8, 6, 18, 3, 2, 1),
        Square(7, 16, 32, 3, 2, 1),
        Square(8, 12, 7, 1, 2),
        Square(7, 5, 34, 1, 2),
        Square(5, 9, 6, 1, padding: 1),
        Square(7, 3, 4, 2, 3),
        Square(8, 3, 4, 2, 2),
        Square(4, 2, 3, 1, 3, 1),
        Square(3, 4, 4, 3, padding: 2),
        new(3, 29, 4, 5, 3, 3) { PaddingTop = 1, PaddingBottom = 1, PaddingLeft = 1, PaddingRight = 1 },
        new(29, 2, 4, 5, 3, 3) { PaddingTop = 1, PaddingBottom = 1, PaddingLeft = 1, PaddingRight = 1 },
        new(5, 6, 3, 10, 2, 3) { PaddingTop = 1, PaddingRight = 2 },
        new(5, 6, 3, 10, 3, 2) { PaddingBottom = 2, PaddingLeft = 1, StrideHeight = 2 },
        new(6, 5, 7, 3, 1, 4) { PaddingLeft = 3, StrideWidth = 2 },
        new(9, 7, 3, 6, 4, 1) { StrideHeight = 3 },
        new(9, 8, 5, 18, 3, 3) { DilationHeight = 2, DilationWidth = 3, PaddingTop = 2, PaddingBottom = 1, PaddingLeft = 3, PaddingRight = 2 },
        new(10, 9, 4, 4, 3, 2) { DilationHeight = 3, StrideHeight = 2, StrideWidth = 3, PaddingTop = 1 },
        Square(5, 6, 9, 3, padding: 1, groups: 3),
        Square(6, 32, 32, 3, 2, 1, groups: 2),
        Square(5, 34, 68, 3, padding: 1, groups: 2),
        Square(4, 6, 6, 1, groups: 2),
        Square(6, 1, 1, 3, padding: 1),
        Square(5, 8, 8, 3, padding: 1, groups: 8),
        Square(7, 19, 19, 3, 2, 1, groups: 19),
        Square(9, 33, 33, 5, padding: 2, groups: 33),
        Square(8, 64, 64, 5, 2, 2, groups: 64),
        Square(6, 7, 14, 3, padding: 1, groups: 7),
        new(9, 8, 17, 17, 3, 3) { Groups = 17, DilationHeight = 2, StrideWidth = 2, PaddingTop = 3 },
        Square(6, 12, 12, 3, padding: 1),
        new(5, 6, 3, 10, 2, 3) { PaddingLeft = 4, PaddingRight = 3 },
        // Images so large that they are done in blocks of rows.
        Square(40, 40, 8, 3, padding: 1),
        Square(44, 24, 4, 3, 2, 1),
        // Rows and columns that no position of the filter reaches, and padding that only zeros see.
        Square(8, 4, 4, 2, 3),
        Square(2, 3, 17, 2, 2, 2),
    ];
}
