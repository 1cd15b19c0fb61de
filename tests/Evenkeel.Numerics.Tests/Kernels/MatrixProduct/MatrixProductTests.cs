using Evenkeel.Numerics.Kernels.MatrixProduct;
using Evenkeel.TestKit;
using Product = Evenkeel.Numerics.Kernels.MatrixProduct.MatrixProduct;

namespace Evenkeel.Numerics.Tests.Kernels.MatrixProduct;

public sealed class MatrixProductTests
{
    private static readonly (bool A, bool B)[] s_transposes = [(false, false), (true, false), (false, true), (true, true)];
    private static readonly MatrixProductPartition[] s_partitions = Enum.GetValues<MatrixProductPartition>();

    public static TheoryData<string, int> AlgorithmsAndWidths()
    {
        TheoryData<string, int> data = [];
        foreach (var name in MatrixProductAlgorithms.Names)
        {
            foreach (var bits in WidthMatrix.Supported) data.Add(name, bits);
        }

        return data;
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Every_algorithm_and_width_agrees_with_the_book_at_awkward_sizes(bool transposeA, bool transposeB)
    {
        ulong seed = 1;
        foreach (var (m, n, k) in AwkwardSizes.Products)
        {
            var trial = new MatrixProductTrial(new(m, n, k, transposeA, transposeB), bias: seed % 2 == 0, accumulate: seed % 3 == 0, gaps: seed % 5 < 2, seed++);
            var ran = 0;
            foreach (var bits in WidthMatrix.Supported)
            {
                foreach (var name in MatrixProductAlgorithms.Names)
                {
                    foreach (var partition in s_partitions)
                    {
                        if (MatrixProductAlgorithms.TryCreate(name, bits, trial.Shape, partition) is not { } product) continue;
                        Assert.Equal(name, product.Algorithm);
                        trial.Check(product, $"{bits} bits");
                        ran++;
                    }
                }
            }

            // All do both partitions, but blocked only tiles; in-place has no transposed B.
            Assert.Equal(WidthMatrix.Supported.Length * (transposeB ? 5 : 7), ran);
        }
    }

    [Theory]
    [ClassData(typeof(WidthMatrix))]
    public void Every_tile_height_width_and_edge_agrees_with_the_book(int bits)
    {
        // 1 to 29 rows meet every tile height; 1 to 4 vectors and one lane more or less meet every panel and edge.
        var lanes = bits / 32;
        int[] columns = [.. Enumerable.Range(1, 4).SelectMany(vectors => new[] { vectors * lanes - 1, vectors * lanes, vectors * lanes + 1 }).Where(n => n > 0).Distinct()];
        for (var m = 1; m <= 29; m++)
        {
            foreach (var n in columns)
            {
                foreach (var transposeA in new[] { false, true })
                {
                    var trial = new MatrixProductTrial(new(m, n, 5, transposeA), bias: m % 2 == 0, accumulate: n % 2 == 0, gaps: m % 3 == 0);
                    foreach (var name in new[] { "in-place", "panel-packed" })
                        trial.Check(MatrixProductAlgorithms.TryCreate(name, bits, trial.Shape, MatrixProductPartition.Columns)!, $"{bits} bits");
                }
            }
        }
    }

    [Fact]
    public void The_chosen_algorithm_agrees_with_the_book_for_training_shapes()
    {
        MatrixProductShape[] shapes =
        [
            new(60, 100, 784), new(784, 100, 60, TransposeA: true), new(60, 100, 100), new(60, 100, 100, TransposeB: true), new(100, 100, 60, TransposeA: true),
            new(60, 10, 100), new(60, 100, 10, TransposeB: true), new(100, 10, 60, TransposeA: true), new(31, 300, 520), new(30, 300, 260, TransposeB: true),
        ];
        foreach (var shape in shapes)
        {
            var trial = new MatrixProductTrial(shape, bias: true);
            foreach (var bits in WidthMatrix.Supported)
            {
                foreach (var partition in s_partitions) trial.Check(Product.Create(bits, shape, partition), $"{bits} bits");
            }
        }
    }

    [Theory]
    [ClassData(typeof(WidthMatrix))]
    public void The_order_of_pieces_never_changes_a_bit(int bits)
    {
        var random = new SeededRandom(7);
        foreach (var (transposeA, transposeB) in s_transposes)
        {
            var trial = new MatrixProductTrial(new(97, 194, 301, transposeA, transposeB), bias: true, accumulate: true);
            foreach (var partition in s_partitions)
            {
                var product = Product.Create(bits, trial.Shape, partition);
                Assert.True(product.Pieces(product.Phases - 1, trial.Shape) > 2);
                var expected = trial.Run(product);
                Expect.SameBits<float>(expected, trial.Run(product, Array.Reverse), "reversed");
                Expect.SameBits<float>(expected, trial.Run(product, pieces => random.Shuffle<int>(pieces)), "shuffled");
            }
        }
    }

    [Fact]
    public void Tiled_algorithms_partitions_and_widths_give_the_same_bits()
    {
        foreach (var (transposeA, transposeB) in s_transposes)
        {
            var trial = new MatrixProductTrial(new(37, 83, 523, transposeA, transposeB), bias: true);
            float[]? expected = null;
            foreach (var name in MatrixProductAlgorithms.Names.Where(static name => name != "plain"))
            {
                // 32 bits multiply and add in one rounding only where the hardware does, as the wider packs do.
                foreach (var bits in WidthMatrix.Supported)
                {
                    foreach (var partition in s_partitions)
                    {
                        if (MatrixProductAlgorithms.TryCreate(name, bits, trial.Shape, partition) is not { } product) continue;
                        var c = trial.Run(product);
                        expected ??= c;
                        Expect.SameBits<float>(expected, c, $"{name}, {bits} bits, {partition}, {trial}");
                    }
                }
            }

            Assert.NotNull(expected);
        }
    }

    [Theory]
    [MemberData(nameof(AlgorithmsAndWidths))]
    public void Nothing_before_the_operands_is_touched(string algorithm, int bits)
    {
        foreach (var (transposeA, transposeB) in s_transposes)
        {
            var trial = new MatrixProductTrial(new(15, 35, 17, transposeA, transposeB), bias: true);
            foreach (var partition in s_partitions)
            {
                if (MatrixProductAlgorithms.TryCreate(algorithm, bits, trial.Shape, partition) is { } product)
                    Expect.SameBits<float>(trial.Run(product), trial.Run(product, atEnd: false), $"{algorithm}, {bits} bits, {trial}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(AlgorithmsAndWidths))]
    public void A_run_below_capacity_gives_the_bits_of_a_product_made_for_it(string algorithm, int bits)
    {
        foreach (var (m, k) in new[] { (0, 300), (1, 300), (47, 300), (100, 0), (100, 1), (100, 299) })
        {
            foreach (var transposeA in new[] { false, true })
            {
                var capacity = new MatrixProductShape(100, 70, 300, transposeA);
                var trial = new MatrixProductTrial(capacity with { M = m, K = k }, bias: true);
                foreach (var partition in s_partitions)
                {
                    if (MatrixProductAlgorithms.TryCreate(algorithm, bits, capacity, partition) is not { } product) continue;
                    Expect.SameBits<float>(trial.Check(MatrixProductAlgorithms.TryCreate(algorithm, bits, trial.Shape, partition)!, $"{bits} bits"), trial.Check(product, $"{bits} bits"));
                }
            }
        }
    }

    [Theory]
    [ClassData(typeof(WidthMatrix))]
    public unsafe void A_run_allocates_nothing(int bits)
    {
        foreach (var name in MatrixProductAlgorithms.Names)
        {
            foreach (var partition in s_partitions)
            {
                var shape = new MatrixProductShape(33, 70, 40);
                if (MatrixProductAlgorithms.TryCreate(name, bits, shape, partition) is not { } product) continue;
                using var memory = new Numerics.Memory.NativeBuffer(shape.M * shape.N + shape.M * shape.K + shape.K * shape.N + product.SharedFloats + product.ScratchFloats);
                var call = new MatrixProductCall { Shape = shape, A = memory.Pointer, LeadingA = shape.K, LeadingB = shape.N, LeadingC = shape.N };
                call.B = call.A + shape.M * shape.K;
                call.C = call.B + shape.K * shape.N;
                call.Shared = call.C + shape.M * shape.N;
                call.Scratch = call.Shared + product.SharedFloats;
                RunAll(product, call);
                var before = GC.GetAllocatedBytesForCurrentThread();
                RunAll(product, call);
                Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
            }
        }
    }

    [Fact]
    public void The_choice_of_algorithm_is_a_function_of_shape_and_partition()
    {
        Assert.Equal("plain", MatrixProductAlgorithms.Names[^1]);
        foreach (var bits in WidthMatrix.Supported)
        {
            foreach (var (m, n, k) in AwkwardSizes.Products)
            {
                foreach (var partition in s_partitions)
                    Assert.NotEqual("plain", Product.Create(bits, new(m, n, k, TransposeB: true), partition).Algorithm);
            }
        }

        var unknown = Assert.Throws<ArgumentException>(() => MatrixProductAlgorithms.TryCreate("strassen", 32, new(1, 1, 1), MatrixProductPartition.Tiles));
        Assert.Contains("in-place", unknown.Message, StringComparison.Ordinal);
    }

    private static void RunAll(Product product, in MatrixProductCall call)
    {
        for (var phase = 0; phase < product.Phases; phase++)
        {
            for (var piece = 0; piece < product.Pieces(phase, call.Shape); piece++) product.Run(phase, piece, call);
        }
    }
}
