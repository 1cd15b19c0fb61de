using Evenkeel.Numerics.Kernels.Convolution;
using Evenkeel.Numerics.Memory;
using Evenkeel.Reference;
using Evenkeel.TestKit;

namespace Evenkeel.Numerics.Tests.Kernels.Convolution;

/// <summary>One direction of one convolution with its tensors between guard pages, and what the book says about it.</summary>
internal sealed unsafe class ConvolutionTrial
{
    /// <summary>How much more F(4x4) rounds than the direct sum; up to 3.7 times was measured.</summary>
    private const double FourByFourGrowth = 5;

    private readonly float[] _first;
    private readonly float[] _second;
    private readonly float[] _bias;
    private readonly float[] _before;
    private readonly int _written;
    private double[]? _expected;
    private double[]? _scale;

    public ConvolutionTrial(ConvolutionDirection direction, ConvolutionShape shape, int images = 2, bool bias = false, bool accumulate = false, ulong seed = 1)
    {
        Direction = direction;
        Shape = shape;
        Images = images;
        HasBias = bias && direction == ConvolutionDirection.Forward;
        Accumulate = accumulate && direction == ConvolutionDirection.FilterGradient;
        var g = Geometry(shape);
        var random = new SeededRandom(seed);
        _first = random.Floats(images * (direction == ConvolutionDirection.InputGradient ? g.OutputLength : g.InputLength));
        _second = random.Floats(direction == ConvolutionDirection.FilterGradient ? images * g.OutputLength : g.FilterLength);
        _bias = random.Floats(shape.Filters);
        _before = random.Floats(g.FilterLength);
        _written = direction switch
        {
            ConvolutionDirection.Forward => images * g.OutputLength,
            ConvolutionDirection.InputGradient => images * g.InputLength,
            _ => g.FilterLength,
        };
    }

    public ConvolutionDirection Direction { get; }

    public ConvolutionShape Shape { get; }

    public int Images { get; }

    public bool HasBias { get; }

    public bool Accumulate { get; }

    /// <summary>Rows of every image that the direction writes.</summary>
    public int Rows => Direction switch { ConvolutionDirection.Forward => Shape.OutputHeight, ConvolutionDirection.InputGradient => Shape.Height, _ => 0 };

    /// <summary>Channels of the tensor that the direction writes.</summary>
    public int Channels => Direction == ConvolutionDirection.InputGradient ? Shape.Channels : Shape.Filters;

    private long Terms => Direction switch
    {
        ConvolutionDirection.Forward => (long)Shape.KernelHeight * Shape.KernelWidth * Shape.GroupChannels,
        ConvolutionDirection.InputGradient => (long)Shape.KernelHeight * Shape.KernelWidth * Shape.GroupFilters,
        _ => (long)Images * Shape.OutputHeight * Shape.OutputWidth,
    };

    public override string ToString() => $"{Direction}, {Images} images, {Shape}{(HasBias ? ", bias" : "")}{(Accumulate ? ", accumulated" : "")}";

    /// <summary>Runs the algorithm and compares it with the book.</summary>
    public float[] Check(ConvolutionAlgorithm algorithm, string what)
    {
        _expected ??= Book(static v => v);
        _scale ??= Book(Math.Abs);
        var actual = Run(algorithm);
        var tolerance = Tolerances.FloatSum(Terms + 2);
        if (algorithm.Name == "winograd-4x4") tolerance = tolerance.Times(FourByFourGrowth);
        // Transforms mix the pixels under a tile, so an output is as exact as the largest one near it, whatever its own size.
        var scale = algorithm.Name.StartsWith("winograd", StringComparison.Ordinal) ? [Expect.LargestMagnitude(_scale)] : _scale;
        Expect.CloseScaled(_expected, actual, tolerance, scale, $"{algorithm.Name}, {what}, {this}");
        return actual;
    }

    /// <summary>Runs the algorithm and returns its largest deviation from the book.</summary>
    public double LargestError(ConvolutionAlgorithm algorithm)
    {
        _expected ??= Book(static v => v);
        return Run(algorithm).Zip(_expected, static (actual, expected) => Math.Abs(actual - expected)).Max();
    }

    /// <summary>Runs the algorithm over all images, rows and channels at once, or over the given pieces one after another, and returns what it wrote.</summary>
    public float[] Run(ConvolutionAlgorithm algorithm, bool atEnd = true, params ConvolutionPiece[] pieces)
    {
        using var first = Guarded(_first, atEnd);
        using var second = Guarded(_second, atEnd);
        using var bias = Guarded(_bias, atEnd);
        using var result = new GuardedBuffer<float>(_written, atEnd);
        using var packed = new GuardedBuffer<float>((int)algorithm.PackedFloats, atEnd);
        using var scratch = new NativeBuffer(algorithm.ScratchFloats);
        var call = new ConvolutionCall
        {
            Input = Direction == ConvolutionDirection.InputGradient ? result.Pointer : first.Pointer,
            Filter = Direction == ConvolutionDirection.FilterGradient ? result.Pointer : second.Pointer,
            Output = Direction switch
            {
                ConvolutionDirection.Forward => result.Pointer,
                ConvolutionDirection.InputGradient => first.Pointer,
                _ => second.Pointer,
            },
            Bias = HasBias ? bias.Pointer : null,
        };
        if (Accumulate) _before.CopyTo(result.Span);
        for (var piece = algorithm.PackPieces - 1; piece >= 0; piece--) algorithm.PackFilter(call.Filter, packed.Pointer, piece);
        if (algorithm.PackPieces > 0) call.Packed = packed.Pointer;
        // Scratch memory holds what others left there.
        call.Scratch = scratch.Pointer;
        ConvolutionPiece all = new(0, Images, 0, Rows, 0, 0);
        foreach (var piece in pieces.Length == 0 ? [all] : pieces)
        {
            scratch.Span.Fill(float.NaN);
            (call.FirstImage, call.EndImage) = (piece.FirstImage, piece.EndImage);
            (call.FirstRow, call.EndRow) = (piece.FirstRow, piece.EndRow);
            (call.FirstChannel, call.EndChannel) = (piece.FirstChannel, piece.EndChannel);
            call.Accumulate = Direction == ConvolutionDirection.FilterGradient && (Accumulate || piece.FirstImage > 0);
            algorithm.Run(ref call);
        }

        return result.Span.ToArray();
    }

    private static GuardedBuffer<float> Guarded(float[] values, bool atEnd) =>
        atEnd ? GuardedBuffer.EndingAtGuard(values) : GuardedBuffer.StartingAfterGuard(values);

    private double[] Book(Func<double, double> part)
    {
        var g = Geometry(Shape);
        double[] Of(float[] values) => Array.ConvertAll(values, value => part(value));
        switch (Direction)
        {
            case ConvolutionDirection.Forward: return Reference.Convolution.Forward(g, Images, Of(_first), Of(_second), HasBias ? Of(_bias) : null);
            case ConvolutionDirection.InputGradient: return Reference.Convolution.InputGradient(g, Images, Of(_first), Of(_second));
            default:
                var gradient = Reference.Convolution.FilterGradient(g, Images, Of(_first), Of(_second));
                return Accumulate ? [.. gradient.Select((value, i) => value + part(_before[i]))] : gradient;
        }
    }

    private static ConvolutionGeometry Geometry(ConvolutionShape s) => new(s.Height, s.Width, s.Channels, s.Filters, s.KernelHeight, s.KernelWidth)
    {
        StrideHeight = s.StrideHeight,
        StrideWidth = s.StrideWidth,
        PaddingTop = s.PaddingTop,
        PaddingBottom = s.PaddingBottom,
        PaddingLeft = s.PaddingLeft,
        PaddingRight = s.PaddingRight,
        DilationHeight = s.DilationHeight,
        DilationWidth = s.DilationWidth,
        Groups = s.Groups,
    };
}

/// <summary>What one call covers.</summary>
internal readonly record struct ConvolutionPiece(int FirstImage, int EndImage, int FirstRow, int EndRow, int FirstChannel, int EndChannel);
