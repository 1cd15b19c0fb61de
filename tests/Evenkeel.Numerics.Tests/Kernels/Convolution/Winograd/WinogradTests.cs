using Evenkeel.Numerics.Kernels.Convolution;
using Evenkeel.Numerics.Memory;
using Evenkeel.TestKit;

namespace Evenkeel.Numerics.Tests.Kernels.Convolution.Winograd;

public sealed class WinogradTests
{
    private const string Two = "winograd-2x2";
    private const string Four = "winograd-4x4";
    private const string Neither = "";

    /// <summary>Largest error of F(2x2) over that of the direct sum, forward and input gradient: its chains go over channels alone and not over taps; 0.34 to 0.44 was measured.</summary>
    private const double TwoByTwoProportion = 1;

    /// <summary>The same of the filter gradient, whose tiles are summed after a transform that mixes them with signs: 2.1 was measured.</summary>
    private const double TwoByTwoFilterProportion = 3;

    /// <summary>Largest error of F(4x4) over that of the direct sum, forward and input gradient; 1.6 to 2.2 was measured.</summary>
    private const double FourByFourProportion = 3;

    /// <summary>The same of the filter gradient; 3.7 was measured.</summary>
    private const double FourByFourFilterProportion = 5;

    private static readonly ConvolutionDirection[] s_directions = Enum.GetValues<ConvolutionDirection>();

    public static TheoryData<string, ConvolutionDirection> NamesAndDirections()
    {
        TheoryData<string, ConvolutionDirection> data = [];
        foreach (var name in new[] { Two, Four })
        {
            foreach (var direction in s_directions) data.Add(name, direction);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(NamesAndDirections))]
    public void Every_size_and_padding_agrees_with_the_book(string name, ConvolutionDirection direction)
    {
        // 1 to 9 rows and columns meet images smaller than a tile, whole tiles, and every partial one.
        ulong seed = 1;
        for (var size = 1; size <= 9; size++)
        {
            for (var padding = 0; padding <= 2; padding++)
            {
                if (size + 2 * padding < 3) continue;
                ConvolutionShape square = ConvolutionShapes.Square(size, 5, 6, 3, padding: padding);
                ConvolutionShape[] shapes =
                [
                    square,
                    square with { Width = 3 + size % 4, PaddingLeft = 2 - padding, PaddingRight = padding },
                    square with { Height = 3 + size % 5, PaddingTop = padding, PaddingBottom = 2 - padding },
                ];
                foreach (var shape in shapes) CheckAtEveryWidth(name, new(direction, shape, images: 1 + (int)(seed % 3), bias: true, accumulate: seed % 2 == 0, seed: seed++));
            }
        }
    }

    [Theory]
    [MemberData(nameof(NamesAndDirections))]
    public void Every_number_of_channels_agrees_with_the_book(string name, ConvolutionDirection direction)
    {
        (int Channels, int Filters)[] pairs =
        [
            (1, 1), (1, 17), (15, 16), (16, 15), (17, 31), (31, 1), (33, 64), (64, 33), (65, 47), (48, 65), (63, 80), (100, 129), (129, 20), (300, 16), (16, 300),
        ];
        ulong seed = 1;
        foreach (var (channels, filters) in pairs)
            CheckAtEveryWidth(name, new(direction, ConvolutionShapes.Square(5, channels, filters, 3, padding: 1), images: 2, bias: seed % 2 == 0, accumulate: seed % 2 == 0, seed: seed++));
    }

    [Theory]
    [MemberData(nameof(NamesAndDirections))]
    public void Several_blocks_of_tiles_agree_with_the_book(string name, ConvolutionDirection direction)
    {
        CheckAtEveryWidth(name, new(direction, ConvolutionShapes.Square(4, 33, 20, 3, padding: 1), images: 70, bias: true, accumulate: true));
        CheckAtEveryWidth(name, new(direction, ConvolutionShapes.Square(37, 20, 33, 3, padding: 1), images: 2, bias: true, accumulate: true));
    }

    [Theory]
    [MemberData(nameof(NamesAndDirections))]
    public void What_is_computed_for_an_image_does_not_depend_on_the_images_beside_it(string name, ConvolutionDirection direction)
    {
        // Several images in a block, and several blocks in an image.
        foreach (var size in new[] { 3, 33 })
        {
            var shape = ConvolutionShapes.Square(size, 5, 18, 3, padding: 1);
            var step = Create(name, direction, shape, 32).ImageStep;
            var trial = new ConvolutionTrial(direction, shape, images: Math.Min(2 * step + 1, 9), bias: true);
            foreach (var bits in WidthMatrix.Supported)
            {
                var algorithm = Create(name, direction, shape, bits);
                var whole = trial.Run(algorithm);
                foreach (var images in new[] { step, 2 * step, 5 * step })
                {
                    ConvolutionPiece[] pieces =
                    [
                        .. from piece in Enumerable.Range(0, (trial.Images + images - 1) / images)
                           select new ConvolutionPiece(piece * images, Math.Min((piece + 1) * images, trial.Images), 0, trial.Rows, 0, 0),
                    ];
                    Expect.SameBits<float>(whole, trial.Run(algorithm, pieces: pieces), $"{name}, {images} images a piece, {bits} bits, {trial}");
                }
            }
        }
    }

    [Theory]
    [InlineData(Two, ConvolutionDirection.Forward)]
    [InlineData(Two, ConvolutionDirection.InputGradient)]
    [InlineData(Four, ConvolutionDirection.Forward)]
    [InlineData(Four, ConvolutionDirection.InputGradient)]
    public void Rows_and_channels_may_be_cut_anywhere(string name, ConvolutionDirection direction)
    {
        // Cuts inside a tile: both pieces compute it, each writes its own rows.
        var shape = ConvolutionShapes.Square(9, 18, 150, 3, padding: 1) with { Channels = 140 };
        foreach (var bits in WidthMatrix.Supported)
        {
            var algorithm = Create(name, direction, shape, bits);
            var trial = new ConvolutionTrial(direction, shape, images: 2, bias: true);
            var whole = trial.Run(algorithm);
            for (var row = 1; row < trial.Rows; row += 2)
            {
                Expect.SameBits<float>(whole, trial.Run(algorithm, pieces: [new(0, 2, row, trial.Rows, 0, 0), new(0, 2, 0, row, 0, 0)]), $"{name}, cut at row {row}, {bits} bits, {trial}");
                Expect.SameBits<float>(whole, trial.Run(algorithm, pieces: [.. Enumerable.Range(0, trial.Rows).Select(r => new ConvolutionPiece(0, 2, r, r + 1, 0, 0))]), $"{name}, row by row, {bits} bits, {trial}");
            }

            var channel = algorithm.ChannelStep;
            Assert.InRange(channel, 1, trial.Channels - 1);
            Expect.SameBits<float>(whole, trial.Run(algorithm, pieces: [new(0, 2, 0, trial.Rows, channel, trial.Channels), new(0, 2, 0, trial.Rows, 0, channel)]), $"{name}, cut at channel {channel}, {bits} bits, {trial}");
        }
    }

    [Fact]
    public void Only_dense_filters_of_three_by_three_at_stride_one_are_taken()
    {
        var good = ConvolutionShapes.Square(8, 32, 32, 3, padding: 1);
        ConvolutionShape[] bad =
        [
            good with { StrideWidth = 2 }, good with { StrideHeight = 2 }, good with { DilationHeight = 2 }, good with { DilationWidth = 2 }, good with { Groups = 2 },
            good with { KernelHeight = 2 }, good with { KernelWidth = 5 }, good with { PaddingTop = 3 }, good with { PaddingRight = 3 },
        ];
        foreach (var direction in s_directions)
        {
            foreach (var name in new[] { Two, Four })
            {
                Assert.NotNull(ConvolutionAlgorithms.TryCreate(name, direction, good, 32));
                foreach (var shape in bad) Assert.Null(ConvolutionAlgorithms.TryCreate(name, direction, shape, 32));
            }
        }
    }

    [Theory]
    [MemberData(nameof(NamesAndDirections))]
    public void Rounding_stays_in_the_stated_proportion_to_the_direct_sum(string name, ConvolutionDirection direction)
    {
        var limit = (name, direction) switch
        {
            (Four, ConvolutionDirection.FilterGradient) => FourByFourFilterProportion,
            (Four, _) => FourByFourProportion,
            (_, ConvolutionDirection.FilterGradient) => TwoByTwoFilterProportion,
            _ => TwoByTwoProportion,
        };
        foreach (var channels in new[] { 32, 128 })
        {
            var trial = new ConvolutionTrial(direction, ConvolutionShapes.Square(8, channels, channels, 3, padding: 1), images: 4);
            foreach (var bits in WidthMatrix.Supported)
            {
                var direct = trial.LargestError(Create("direct", direction, trial.Shape, bits));
                Assert.InRange(trial.LargestError(Create(name, direction, trial.Shape, bits)), double.Epsilon, limit * direct);
            }
        }
    }

    [Theory]
    [InlineData(8, 32, Four)]
    [InlineData(16, 64, Four)]
    [InlineData(7, 256, Four)]
    [InlineData(56, 256, Four)]
    [InlineData(14, 512, Two)]
    [InlineData(6, 512, Two)]
    [InlineData(4, 512, Two)]
    [InlineData(32, 16, Four)]
    [InlineData(16, 11, Neither)]
    [InlineData(6, 31, Neither)]
    public void The_larger_tile_is_chosen_where_it_saves_a_third_of_the_products(int size, int channels, string name)
    {
        foreach (var direction in s_directions)
        {
            foreach (var bits in WidthMatrix.Supported)
            {
                var chosen = ConvolutionAlgorithms.Choose(direction, ConvolutionShapes.Square(size, channels, channels, 3, padding: 1), bits).Name;
                Assert.Equal(name, chosen.StartsWith("winograd", StringComparison.Ordinal) ? chosen : Neither);
            }
        }
    }

    [Theory]
    [MemberData(nameof(NamesAndDirections))]
    public unsafe void A_run_allocates_nothing(string name, ConvolutionDirection direction)
    {
        var shape = ConvolutionShapes.Square(8, 20, 20, 3, padding: 1);
        foreach (var bits in WidthMatrix.Supported)
        {
            var algorithm = Create(name, direction, shape, bits);
            using var memory = new NativeBuffer(shape.InputFloats + shape.OutputFloats + shape.FilterFloats + algorithm.PackedFloats + algorithm.ScratchFloats);
            var call = new ConvolutionCall { Input = memory.Pointer, EndImage = 1, EndRow = direction == ConvolutionDirection.FilterGradient ? 0 : 8 };
            call.Output = call.Input + shape.InputFloats;
            call.Filter = call.Output + shape.OutputFloats;
            call.Packed = call.Filter + shape.FilterFloats;
            call.Scratch = call.Packed + algorithm.PackedFloats;
            algorithm.Run(ref call);
            var before = GC.GetAllocatedBytesForCurrentThread();
            algorithm.Run(ref call);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    private static void CheckAtEveryWidth(string name, ConvolutionTrial trial)
    {
        foreach (var bits in WidthMatrix.Supported) trial.Check(Create(name, trial.Direction, trial.Shape, bits), $"{bits} bits");
    }

    private static ConvolutionAlgorithm Create(string name, ConvolutionDirection direction, ConvolutionShape shape, int bits) =>
        ConvolutionAlgorithms.TryCreate(name, direction, shape, bits) ?? throw new InvalidOperationException($"{name} does not take {shape}.");
}
