using System.Globalization;
using Evenkeel.Numerics.Kernels.Convolution;
using Evenkeel.Numerics.Memory;
using Evenkeel.Numerics.Packs;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Benchmarks.Cases;

/// <summary>One direction of a 3 x 3 convolution of stride 1 by one algorithm, the filter packed beforehand: what the kernel does without a plan around it. A filter gradient's pieces keep their sums apart.</summary>
/// <param name="algorithm">The algorithm's family, one of <see cref="ConvolutionAlgorithms.Names"/>.</param>
/// <param name="direction">Which of the three products.</param>
/// <param name="samples">N.</param>
/// <param name="channels">C and K.</param>
/// <param name="size">H and W.</param>
public sealed unsafe class ConvolutionKernelCase(string algorithm, ConvolutionDirection direction, int samples, int channels, int size) : BenchmarkCase
{
    private const int GradientPieces = 8;

    /// <inheritdoc/>
    public override string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"kernel/conv3x3-{algorithm}-{Word(direction)}-{samples}x{channels}x{size}x{size}-{channels}");

    /// <inheritdoc/>
    public override BenchmarkRun Prepare(int threads)
    {
        var shape = ConvolutionCase.Geometry(channels, size, channels, kernel: 3);
        var kernel = ConvolutionAlgorithms.TryCreate(algorithm, direction, shape, PackWidths.Widest)
            ?? throw new InvalidOperationException($"{algorithm} cannot compute {Name}.");
        var isGradient = direction == ConvolutionDirection.FilterGradient;
        var pieces = isGradient ? GradientPieces : samples;
        var team = WorkTeam.Lease(threads);
        NativeBuffer x = new(samples * shape.InputFloats), y = new(samples * shape.OutputFloats), w = new(shape.FilterFloats * (isGradient ? pieces : 1)), packed = new(kernel.PackedFloats), scratch = new(team.Threads * kernel.ScratchFloats);
        new RandomStream(0, "x").FillNormal(x.Span);
        new RandomStream(0, "y").FillNormal(y.Span);
        new RandomStream(0, "w").FillNormal(w.Span);
        for (var piece = 0; piece < kernel.PackPieces; piece++) kernel.PackFilter(w.Pointer, packed.Pointer, piece);
        void Run(int piece, int worker)
        {
            var call = new ConvolutionCall
            {
                Input = x.Pointer,
                Output = y.Pointer,
                Filter = w.Pointer + (isGradient ? piece * shape.FilterFloats : 0),
                Packed = kernel.PackPieces > 0 ? packed.Pointer : null,
                Scratch = scratch.Pointer + (worker * kernel.ScratchFloats),
                FirstImage = samples * piece / pieces,
                EndImage = samples * (piece + 1) / pieces,
                EndRow = direction switch { ConvolutionDirection.Forward => shape.OutputHeight, ConvolutionDirection.InputGradient => shape.Height, _ => 0 },
            };
            kernel.Run(ref call);
        }

        return new PieceRun(team, pieces, [x, y, w, packed, scratch], begin: null, Run) { Operations = 2.0 * samples * shape.MultiplyAdds };
    }

    private static string Word(ConvolutionDirection direction) => direction switch
    {
        ConvolutionDirection.Forward => "forward",
        ConvolutionDirection.InputGradient => "input-gradient",
        _ => "filter-gradient",
    };
}
