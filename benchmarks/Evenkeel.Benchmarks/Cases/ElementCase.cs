using System.Globalization;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Elementwise;
using Evenkeel.Numerics.Memory;
using Evenkeel.Numerics.Packs;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Benchmarks.Cases;

/// <summary>One sweep <c>y = f(x)</c> over a tensor: 8 bytes moved per element. By <see cref="Copy"/> it is the bound for everything that moves as many.</summary>
/// <typeparam name="TFunction">f.</typeparam>
/// <param name="function">What the case is called.</param>
/// <param name="elements">Floats of x, a multiple of 1,024.</param>
public sealed unsafe class ElementCase<TFunction>(string function, int elements) : BenchmarkCase
    where TFunction : struct, IElementFunction
{
    private const int PieceFloats = 8 * 1024;

    /// <inheritdoc/>
    public override string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"op/{function}-{elements >> 10}k");

    /// <inheritdoc/>
    public override BenchmarkRun Prepare(int threads)
    {
        var team = WorkTeam.Lease(threads);
        NativeBuffer x = new(elements), y = new(elements);
        new RandomStream(0, "x").FillUniform(x.Span);
        foreach (ref var value in x.Span) value = (8 * value) - 4;
        var kernel = KernelEntry<ElementSweepArguments>.Of<ElementSweep<TFunction>>(PackWidths.Widest);
        return new PieceRun(team, (elements + PieceFloats - 1) / PieceFloats, [x, y], null, (piece, _) =>
        {
            var (first, end) = (piece * PieceFloats / 1024, Math.Min(elements, (piece + 1) * PieceFloats) / 1024);
            var arguments = new ElementSweepArguments { First = x.Pointer, Output = y.Pointer, Stride = 1024, Window = new Window(first, end, 0, 1024) };
            kernel.Run(ref arguments);
        });
    }
}
