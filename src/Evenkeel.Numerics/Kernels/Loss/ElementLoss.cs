using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Loss;

/// <summary>Arguments of <see cref="ElementLoss{TLoss}"/>.</summary>
public unsafe struct ElementLossArguments
{
    /// <summary>Predictions x.</summary>
    public float* Predictions;

    /// <summary>Targets t.</summary>
    public float* Targets;

    /// <summary>Written: the gradient; may be the predictions themselves.</summary>
    public float* Gradient;

    /// <summary>Elements of this piece.</summary>
    public long Count;

    /// <summary>What the gradient is multiplied by: 1 / elements for a mean.</summary>
    public float Scale;

    /// <summary>The loss' number, where it has one.</summary>
    public float Parameter;

    /// <summary>Written: the sum of the elements' losses.</summary>
    public double Loss;
}

/// <summary>A loss of elements with its gradient, one sweep: <c>loss = sum l(x, t)</c>, <c>dx = l'(x, t) scale</c>.</summary>
/// <typeparam name="TLoss">l.</typeparam>
/// <remarks>
/// Lanes are elements, the remainder is a partial pack whose absent lanes count nothing. Losses are summed in lanes over blocks of 4,096 elements, then pairwise, and added
/// in double. NaN reaches sum and gradient. Traffic: reads 8 and writes 4 bytes per element.
/// </remarks>
public readonly unsafe struct ElementLoss<TLoss> : IKernel<ElementLossArguments>
    where TLoss : struct, IElementLoss
{
    // A multiple of every width.
    private const int Block = 4096;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref ElementLossArguments arguments)
        where P : struct, IPack<P>
    {
        float* x = arguments.Predictions, t = arguments.Targets, g = arguments.Gradient;
        var (scale, parameter) = (P.Broadcast(arguments.Scale), P.Broadcast(arguments.Parameter));
        var loss = 0.0;
        var rest = (int)(arguments.Count % P.Width);
        for (var left = arguments.Count - rest; left > 0; left -= Block)
        {
            var sum = P.Zero;
            for (var i = (int)Math.Min(Block, left); i > 0; i -= P.Width)
            {
                sum += TLoss.Apply(P.Load(x), P.Load(t), parameter, out var gradient);
                P.Store(g, gradient * scale);
                x += P.Width;
                t += P.Width;
                g += P.Width;
            }

            loss += P.Sum(sum);
        }

        if (rest > 0)
        {
            var ones = stackalloc float[P.Width];
            for (var lane = 0; lane < P.Width; lane++) ones[lane] = lane < rest ? 1 : 0;
            var last = TLoss.Apply(P.LoadPartial(x, rest), P.LoadPartial(t, rest), parameter, out var gradient);
            loss += P.Sum(P.SelectGreater(P.Load(ones), P.Zero, last, P.Zero));
            P.StorePartial(g, gradient * scale, rest);
        }

        arguments.Loss = loss;
    }
}
