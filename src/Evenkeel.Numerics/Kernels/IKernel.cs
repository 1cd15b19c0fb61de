using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels;

/// <summary>One algorithm, one body for every width: reads and writes the memory that its arguments point at.</summary>
/// <typeparam name="TArguments">A struct of pointers, strides and counts that the kernel's file defines.</typeparam>
public interface IKernel<TArguments>
    where TArguments : struct, allows ref struct
{
    /// <summary>Runs the kernel at the width of <typeparamref name="P"/>.</summary>
    static abstract void Run<P>(ref TArguments arguments)
        where P : struct, IPack<P>;
}
