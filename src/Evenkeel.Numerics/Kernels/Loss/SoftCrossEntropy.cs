using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Loss;

/// <summary>Arguments of <see cref="SoftCrossEntropy"/>.</summary>
public unsafe struct SoftCrossEntropyArguments
{
    /// <summary>Logits x [rows, classes], row after row.</summary>
    public float* Logits;

    /// <summary>Target distributions t [rows, classes].</summary>
    public float* Targets;

    /// <summary>Written: the gradient [rows, classes]; may be the logits themselves.</summary>
    public float* Gradient;

    /// <summary>The first row of this piece.</summary>
    public int FirstRow;

    /// <summary>One past its last row.</summary>
    public int EndRow;

    /// <summary>Classes.</summary>
    public int Classes;

    /// <summary>What the gradient is multiplied by: 1 / N for a mean over N rows.</summary>
    public float Scale;

    /// <summary>Whether the targets' own entropy is taken off: the divergence of Kullback and Leibler.</summary>
    public bool Divergence;

    /// <summary>Written: the sum of the rows' losses.</summary>
    public double Loss;
}

/// <summary>Cross-entropy with a distribution as target, and its gradient: <c>loss = sum_j t_j (log sum_k exp(x_k - max) - (x_j - max))</c>, <c>dx_j = (softmax_j sum_k t_k - t_j) scale</c>; optionally with <c>sum_j t_j log t_j</c> added.</summary>
/// <remarks>
/// Shifted by the row's largest logit, so nothing overflows. Sums of a row run in lanes, then pairwise, and are combined in double, rows upward. A target of 0 counts nothing; NaN in
/// logits or targets reaches loss and gradient of its row. Traffic: reads 8 and writes 4 bytes per element, and twice more within the first cache level.
/// </remarks>
public readonly unsafe struct SoftCrossEntropy : IKernel<SoftCrossEntropyArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref SoftCrossEntropyArguments arguments)
        where P : struct, IPack<P>
    {
        var classes = arguments.Classes;
        var rest = classes % P.Width;
        var numbers = stackalloc float[P.Width];
        for (var lane = 0; lane < P.Width; lane++) numbers[lane] = lane < rest ? 1 : 0;
        var present = P.GreaterThan(P.Load(numbers), P.Zero);
        var lowest = P.Broadcast(float.NegativeInfinity);
        var scale = P.Broadcast(arguments.Scale);
        var loss = 0.0;
        for (var row = arguments.FirstRow; row < arguments.EndRow; row++)
        {
            var start = (long)row * classes;
            float* x = arguments.Logits + start, t = arguments.Targets + start, g = arguments.Gradient + start;
            var j = 0;
            var most = rest == 0 ? lowest : P.Select(present, P.LoadPartial(x + classes - rest, rest), lowest);
            for (; j + P.Width <= classes; j += P.Width) most = P.Select(P.EqualTo(most, most), P.Max(most, P.Load(x + j)), most);
            var largest = P.MaxOfLanes(most);

            var sums = new RowSums<P>(P.Broadcast(largest), arguments.Divergence);
            for (j = 0; j + P.Width <= classes; j += P.Width) P.Store(g + j, sums.Add<Off>(P.Load(x + j), P.Load(t + j), present));
            if (rest > 0)
            {
                // Absent lanes are given e^0 and then 0: the e^-infinity that they hold would underflow.
                var power = sums.Add<On>(P.Select(present, P.LoadPartial(x + j, rest), P.Broadcast(largest)), P.LoadPartial(t + j, rest), present);
                P.StorePartial(g + j, power, rest);
            }

            double total = P.Sum(sums.Powers), weight = P.Sum(sums.Targets);
            loss += (weight * Math.Log(total)) - P.Sum(sums.Products) + P.Sum(sums.Information);
            var factor = P.Broadcast((float)(weight / total * arguments.Scale));
            for (j = 0; j + P.Width <= classes; j += P.Width) P.Store(g + j, (P.Load(g + j) * factor) - (P.Load(t + j) * scale));
            if (rest > 0) P.StorePartial(g + j, (P.LoadPartial(g + j, rest) * factor) - (P.LoadPartial(t + j, rest) * scale), rest);
        }

        arguments.Loss = loss;
    }

    /// <summary>The sums of powers, of targets, of <c>t (x - max)</c> and of <c>t log t</c> over a row, lane by lane.</summary>
    private struct RowSums<P>(P shift, bool divergence)
        where P : struct, IPack<P>
    {
        public P Powers { get; private set; } = P.Zero;

        public P Targets { get; private set; } = P.Zero;

        public P Products { get; private set; } = P.Zero;

        public P Information { get; private set; } = P.Zero;

        /// <summary>Adds a pack and returns its powers; lanes that are not present hold the largest logit and the target 0.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public P Add<TPartial>(P x, P t, P present)
            where TPartial : struct, ISwitch
        {
            var shifted = x - shift;
            var power = PackMath.ExpOfNonPositive(shifted);
            if (TPartial.IsOn) power = P.Select(present, power, P.Zero);
            Powers += power;
            Targets += t;
            Products = P.MultiplyAdd(t, shifted, Products);
            if (divergence) Information += P.Select(P.EqualTo(t, P.Zero), P.Zero, t * PackMath.Log(t));
            return power;
        }
    }
}
