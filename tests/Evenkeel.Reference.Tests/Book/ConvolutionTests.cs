using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Book;

public class ConvolutionTests
{
    private const int Images = 2;

    private static readonly ConvolutionGeometry[] Geometries =
    [
        new(4, 3, 2, 3, 1, 1),
        new(4, 5, 2, 3, 3, 3) { PaddingTop = 1, PaddingBottom = 1, PaddingLeft = 1, PaddingRight = 1 },
        new(5, 4, 2, 2, 3, 2) { StrideHeight = 2, StrideWidth = 3, PaddingTop = 2, PaddingRight = 1 },
        new(6, 5, 4, 6, 2, 3) { DilationHeight = 3, DilationWidth = 2, Groups = 2, PaddingLeft = 1 },
        new(5, 5, 3, 3, 3, 3) { Groups = 3, StrideHeight = 2, PaddingTop = 1, PaddingBottom = 1, PaddingLeft = 1, PaddingRight = 1 },
        new(3, 2, 2, 4, 3, 2),
    ];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Geometries.Length)];

    [Theory, MemberData(nameof(Cases))]
    public void Gradients_agree_with_differences(int index)
    {
        ConvolutionGeometry g = Geometries[index];
        SeededRandom random = new(50 + (ulong)index);
        double[] x = random.Normals(Images * g.InputLength), w = random.Normals(g.FilterLength), bias = random.Normals(g.Filters);
        GradientCheck.Check(v => Convolution.Forward(g, Images, v, w), v => Convolution.InputGradient(g, Images, v, w), x);
        GradientCheck.Check(v => Convolution.Forward(g, Images, x, v), v => Convolution.FilterGradient(g, Images, x, v), w);
        GradientCheck.Check(v => Convolution.Forward(g, Images, x, w, v), v => Convolution.BiasGradient(g, v), bias);
    }

    [Fact]
    public void A_convolution_worked_by_hand()
    {
        // [1 2 3; 4 5 6; 7 8 9] with [1 0; 0 -1], then with a row of zeros above and stride 2.
        ConvolutionGeometry g = new(3, 3, 1, 1, 2, 2);
        double[] x = [1, 2, 3, 4, 5, 6, 7, 8, 9], w = [1, 0, 0, -1];
        Assert.Equal([-4, -4, -4, -4], Convolution.Forward(g, 1, x, w));
        Assert.Equal([6, 6, 6, 6], Convolution.Forward(g, 1, x, w, [10]));
        Assert.Equal([-2.0, -4.0], Convolution.Forward(g with { PaddingTop = 1, StrideHeight = 2, StrideWidth = 2, Width = 3 }, 1, x, w));
    }

    [Fact]
    public void A_convolution_of_one_by_one_is_a_matrix_product()
    {
        ConvolutionGeometry g = new(3, 4, 5, 6, 1, 1);
        SeededRandom random = new(60);
        double[] x = random.Normals(Images * g.InputLength), w = random.Normals(g.FilterLength), bias = random.Normals(6);
        Expect.Close(MatrixProduct.Multiply(x, w, Images * 12, 6, 5, bias: bias), Convolution.Forward(g, Images, x, w, bias), Tolerances.DoubleFormula);
    }

    [Fact]
    public void Groups_are_convolutions_of_their_own_channels()
    {
        ConvolutionGeometry grouped = new(3, 3, 4, 6, 2, 2) { Groups = 2 }, one = new(3, 3, 2, 3, 2, 2);
        SeededRandom random = new(61);
        double[] x = random.Normals(grouped.InputLength), w = random.Normals(grouped.FilterLength);
        double[] y = Convolution.Forward(grouped, 1, x, w);
        for (int group = 0; group < 2; group++)
        {
            double[] part = Convolution.Forward(one, 1, [.. x.Where((_, i) => i % 4 / 2 == group)], [.. w.Where((_, i) => i % 6 / 3 == group)]);
            Assert.Equal(part, y.Where((_, i) => i % 6 / 3 == group));
        }
    }

    [Fact]
    public void A_wrong_length_is_refused() =>
        Assert.Throws<ArgumentException>(() => Convolution.Forward(Geometries[0], Images, new double[1], new double[Geometries[0].FilterLength]));
}
