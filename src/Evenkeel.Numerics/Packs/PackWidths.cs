namespace Evenkeel.Numerics.Packs;

/// <summary>A piece of code that is generic over the pack type; <see cref="PackWidths.Dispatch"/> instantiates every width of it.</summary>
/// <typeparam name="TResult">What it returns.</typeparam>
public interface IPackFunction<out TResult>
{
    /// <summary>Runs the code at the width of <typeparamref name="P"/>.</summary>
    TResult Invoke<P>()
        where P : struct, IPack<P>;
}

/// <summary>Chooses the pack width, once, when a plan is compiled.</summary>
public static class PackWidths
{
    /// <summary>Every width, widest first, in bits; 32 is scalar code.</summary>
    public static IReadOnlyList<int> All { get; } = [512, 256, 128, 32];

    /// <summary>The widths that the running hardware executes natively, widest first; 32 is always among them.</summary>
    public static IReadOnlyList<int> Supported { get; } = [.. All.Where(static bits => Dispatch<SupportQuestion, bool>(bits, default))];

    /// <summary>The widest supported width, in bits: the default of every plan.</summary>
    public static int Widest => Supported[0];

    /// <summary>Runs <paramref name="function"/> at the given width. Every width is instantiated statically: no reflection.</summary>
    /// <param name="bits">512, 256, 128 or 32.</param>
    /// <param name="function">The code to run.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bits"/> is no pack width.</exception>
    public static TResult Dispatch<TFunction, TResult>(int bits, TFunction function)
        where TFunction : IPackFunction<TResult> => bits switch
        {
            512 => function.Invoke<Pack512>(),
            256 => function.Invoke<Pack256>(),
            128 => function.Invoke<Pack128>(),
            32 => function.Invoke<Pack1>(),
            _ => throw new ArgumentOutOfRangeException(nameof(bits), bits, "A pack width is 512, 256, 128 or 32 bits."),
        };

    private readonly struct SupportQuestion : IPackFunction<bool>
    {
        public bool Invoke<P>()
            where P : struct, IPack<P> => P.IsSupported;
    }
}
