using Evenkeel.Numerics.Kernels.Convolution;
using Evenkeel.TestKit;

namespace Evenkeel.Numerics.Tests.Kernels.Convolution;

public sealed class ConvolutionTests
{
    private static readonly ConvolutionDirection[] s_directions = Enum.GetValues<ConvolutionDirection>();

    public static TheoryData<ConvolutionDirection, int> DirectionsAndWidths()
    {
        TheoryData<ConvolutionDirection, int> data = [];
        foreach (var direction in s_directions)
        {
            foreach (var bits in WidthMatrix.Supported) data.Add(direction, bits);
        }

        return data;
    }

    [Theory]
    [InlineData(ConvolutionDirection.Forward)]
    [InlineData(ConvolutionDirection.InputGradient)]
    [InlineData(ConvolutionDirection.FilterGradient)]
    public void Every_algorithm_and_width_agrees_with_the_book_at_awkward_shapes(ConvolutionDirection direction)
    {
        ulong seed = 1;
        foreach (var shape in ConvolutionShapes.Awkward)
        {
            var trial = new ConvolutionTrial(direction, shape, images: 1 + (int)(seed % 3), bias: seed % 2 == 0, accumulate: seed % 2 == 0, seed++);
            foreach (var bits in WidthMatrix.Supported)
            {
                foreach (var algorithm in ConvolutionAlgorithms.Supporting(direction, shape, bits)) trial.Check(algorithm, $"{bits} bits");
            }
        }
    }

    [Theory]
    [MemberData(nameof(DirectionsAndWidths))]
    public void Pieces_of_images_rows_and_channels_give_the_bits_of_the_whole(ConvolutionDirection direction, int bits)
    {
        foreach (var shape in ConvolutionShapes.Awkward)
        {
            var trial = new ConvolutionTrial(direction, shape, images: 3, bias: true);
            foreach (var algorithm in ConvolutionAlgorithms.Supporting(direction, shape, bits))
            {
                var expected = trial.Run(algorithm);
                Expect.SameBits<float>(expected, trial.Run(algorithm, pieces: [.. Images(trial, algorithm.ImageStep)]), $"{algorithm.Name} by images, {trial}");
                Expect.SameBits<float>(expected, trial.Run(algorithm, pieces: [.. Rows(trial)]), $"{algorithm.Name} by rows, {trial}");
                Expect.SameBits<float>(expected, trial.Run(algorithm, pieces: [.. Channels(trial, algorithm.ChannelStep)]), $"{algorithm.Name} by channels, {trial}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(DirectionsAndWidths))]
    public void Nothing_before_the_tensors_is_touched(ConvolutionDirection direction, int bits)
    {
        foreach (var shape in ConvolutionShapes.Awkward)
        {
            var trial = new ConvolutionTrial(direction, shape, bias: true);
            foreach (var algorithm in ConvolutionAlgorithms.Supporting(direction, shape, bits))
                Expect.SameBits<float>(trial.Run(algorithm), trial.Run(algorithm, atEnd: false), $"{algorithm.Name}, {bits} bits, {trial}");
        }
    }

    [Fact]
    public void The_plain_algorithm_takes_everything_and_comes_last()
    {
        Assert.Equal("plain", ConvolutionAlgorithms.Names[^1]);
        foreach (var shape in ConvolutionShapes.Awkward)
        {
            foreach (var direction in s_directions)
            {
                foreach (var bits in WidthMatrix.Supported)
                {
                    var supporting = ConvolutionAlgorithms.Supporting(direction, shape, bits);
                    Assert.Equal("plain", supporting[^1].Name);
                    Assert.Contains(ConvolutionAlgorithms.Choose(direction, shape, bits).Name, supporting.Select(static algorithm => algorithm.Name));
                    foreach (var algorithm in supporting) Assert.Contains(ConvolutionAlgorithms.Names, name => algorithm.Name.StartsWith(name, StringComparison.Ordinal));
                    foreach (var name in ConvolutionAlgorithms.Names)
                        Assert.Equal(supporting.Any(algorithm => algorithm.Name.Split(' ')[0] == name), ConvolutionAlgorithms.TryCreate(name, direction, shape, bits) is not null);
                }
            }
        }
    }

    [Fact]
    public void What_is_no_convolution_is_refused()
    {
        ConvolutionShape good = new(5, 5, 4, 4, 3, 3);
        ConvolutionShape[] bad =
        [
            good with { Height = 2 }, good with { Width = 0 }, good with { Channels = 0 }, good with { Filters = 0 }, good with { KernelHeight = 0 },
            good with { StrideWidth = 0 }, good with { DilationHeight = 3 }, good with { DilationWidth = 0 }, good with { PaddingTop = -1 },
            good with { Groups = 3 }, good with { Groups = 0 }, good with { Groups = 4, Filters = 6 },
        ];
        foreach (var shape in bad)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => ConvolutionAlgorithms.Choose(ConvolutionDirection.Forward, shape, 32));
            Assert.Throws<ArgumentOutOfRangeException>(() => ConvolutionAlgorithms.TryCreate("plain", ConvolutionDirection.Forward, shape, 32));
        }

        var unknown = Assert.Throws<ArgumentException>(() => ConvolutionAlgorithms.TryCreate("fourier", ConvolutionDirection.Forward, good, 32));
        Assert.Contains("plain", unknown.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<ConvolutionPiece> Images(ConvolutionTrial trial, int step)
    {
        for (var image = 0; image < trial.Images; image += step) yield return new(image, Math.Min(image + step, trial.Images), 0, trial.Rows, 0, 0);
    }

    private static IEnumerable<ConvolutionPiece> Rows(ConvolutionTrial trial)
    {
        // Pieces may run in any order; a filter gradient has no rows to share out.
        var middle = (trial.Rows + 1) / 3;
        if (middle > 0) yield return new(0, trial.Images, middle, trial.Rows, 0, 0);
        yield return new(0, trial.Images, 0, middle > 0 ? middle : trial.Rows, 0, 0);
    }

    private static IEnumerable<ConvolutionPiece> Channels(ConvolutionTrial trial, int step)
    {
        var middle = step == 0 ? trial.Channels : Math.Min(trial.Channels, (trial.Channels / step + 1) / 2 * step);
        if (middle == 0) middle = trial.Channels;
        if (middle < trial.Channels) yield return new(0, trial.Images, 0, trial.Rows, middle, trial.Channels);
        yield return new(0, trial.Images, 0, trial.Rows, 0, middle);
    }
}
