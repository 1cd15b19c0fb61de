using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels;

/// <summary>A kernel at one width, chosen when a plan is compiled: calling it costs one indirect call and no look-up.</summary>
/// <typeparam name="TArguments">The kernel's arguments.</typeparam>
public readonly unsafe struct KernelEntry<TArguments>
    where TArguments : struct
{
    private readonly delegate*<ref TArguments, void> _run;

    private KernelEntry(delegate*<ref TArguments, void> run) => _run = run;

    /// <summary>The entry of <typeparamref name="TKernel"/> at a width; every width is instantiated statically.</summary>
    /// <param name="bits">512, 256, 128 or 32, as in <see cref="PackWidths.All"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bits"/> is no pack width.</exception>
    public static KernelEntry<TArguments> Of<TKernel>(int bits)
        where TKernel : struct, IKernel<TArguments> =>
        PackWidths.Dispatch<Chooser<TKernel>, KernelEntry<TArguments>>(bits, default);

    /// <summary>Runs the kernel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run(ref TArguments arguments) => _run(ref arguments);

    private readonly struct Chooser<TKernel> : IPackFunction<KernelEntry<TArguments>>
        where TKernel : struct, IKernel<TArguments>
    {
        public KernelEntry<TArguments> Invoke<P>()
            where P : struct, IPack<P> => new(&Enter<P>);

        private static void Enter<P>(ref TArguments arguments)
            where P : struct, IPack<P> => TKernel.Run<P>(ref arguments);
    }
}
