using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Loss;

/// <summary>Arguments of <see cref="SoftmaxCrossEntropy"/>.</summary>
public unsafe struct SoftmaxCrossEntropyArguments
{
    /// <summary>Logits [rows, classes], row after row.</summary>
    public float* Logits;

    /// <summary>Class labels [rows].</summary>
    public int* Labels;

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

    /// <summary>The share e of the target that all classes divide evenly, in [0, 1); the label keeps the rest.</summary>
    public float Smoothing;

    /// <summary>Written: the sum of the rows' losses.</summary>
    public double Loss;

    /// <summary>Written: rows whose largest logit, the first of equals, stands at the label.</summary>
    public int Correct;

    /// <summary>Written: rows whose label is no class; they count 0 to the loss and their gradient is 0.</summary>
    public int InvalidLabels;
}

/// <summary>Softmax cross-entropy with its gradient, one sweep: <c>loss = log(sum_j exp(x_j - max)) - (x_label - max)</c>, <c>dx_j = (softmax_j - t_j) scale</c> with the target <c>t_j = [j = label]</c>.</summary>
/// <remarks>
/// With label smoothing e the target is <c>t_j = (1 - e) [j = label] + e / classes</c> and the loss <c>log(sum_j exp(x_j - max)) - sum_j t_j (x_j - max)</c> (Szegedy et al., arXiv 1512.00567, section 7). Without it the bits are those of the plain loss.
/// Shifted by the row's largest logit, so nothing overflows. The classes that fill no pack of their own stay in a register from load to store.
/// Sums of a row run in lanes, then pairwise; logarithms and largest logits are added in double, rows upward. NaN in a row reaches loss and gradient of that row, which then is not correct.
/// Traffic: reads 4 and writes 4 bytes per logit; whole packs are read once more for their maximum and written and read once more in between (L1).
/// </remarks>
public readonly unsafe struct SoftmaxCrossEntropy : IKernel<SoftmaxCrossEntropyArguments>
{
    // A multiple of every width.
    private const int BlockRows = 64;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref SoftmaxCrossEntropyArguments arguments)
        where P : struct, IPack<P>
    {
        var classes = arguments.Classes;
        var rest = classes % P.Width;
        var whole = classes - rest;

        // Lanes of the last, partial pack: which are classes, and which class each is.
        var numbers = stackalloc float[2 * P.Width];
        for (var lane = 0; lane < P.Width; lane++) (numbers[lane], numbers[P.Width + lane]) = (lane < rest ? 1 : 0, whole + lane);
        var present = P.GreaterThan(P.Load(numbers), P.Zero);
        var place = P.Load(numbers + P.Width);
        var smoothing = arguments.Smoothing;
        var even = P.Broadcast(arguments.Scale * smoothing / classes);
        var evenOfPresent = P.Select(present, even, P.Zero);
        var onLabel = arguments.Scale * (1 - smoothing);
        var lowest = P.Broadcast(float.NegativeInfinity);

        // Sums wait here until a block of rows is done: one logarithm then serves all lanes.
        var totals = stackalloc float[BlockRows];
        var waiting = 0;
        var loss = 0.0;
        int correct = 0, invalid = 0;
        for (var row = arguments.FirstRow; row < arguments.EndRow; row++)
        {
            var x = arguments.Logits + ((long)row * classes);
            var g = arguments.Gradient + ((long)row * classes);
            var label = arguments.Labels[row];
            if ((uint)label >= (uint)classes)
            {
                invalid++;
                new Span<float>(g, classes).Clear();
                continue;
            }

            var last = P.Select(present, P.LoadPartial(x + whole, rest), lowest);
            var most = last;
            for (var j = 0; j < whole; j += P.Width) most = P.Max(most, P.Load(x + j));
            var largest = P.MaxOfLanes(most);
            var atLabel = x[label];
            var isCorrect = atLabel == largest && IsFirst(x, label);

            var shift = P.Broadcast(largest);

            // Before anything is written: the gradient may lie where the logits are.
            if (smoothing > 0) loss += smoothing * SumBelow(x, whole, last, present, shift) / classes;
            var lastPower = P.Zero;
            if (rest > 0)
            {
                // Absent lanes are given e^0 and then 0: the e^-infinity that they hold would underflow, which costs the processor some 150 cycles.
                lastPower = P.Select(present, PackMath.ExpOfNonPositive(P.Select(present, last - shift, P.Zero)), P.Zero);
            }

            var sum = lastPower;
            for (var j = 0; j < whole; j += P.Width)
            {
                var power = PackMath.ExpOfNonPositive(P.Load(x + j) - shift);
                P.Store(g + j, power);
                sum += power;
            }

            var total = P.Sum(sum);
            loss += (1 - (double)smoothing) * (largest - (double)atLabel);
            totals[waiting++] = total;
            if (waiting == BlockRows) loss += SumOfLogarithms<P>(totals, ref waiting);
            if (isCorrect && !float.IsNaN(total)) correct++;

            var factor = P.Broadcast(arguments.Scale / total);
            for (var j = 0; j < whole; j += P.Width) P.Store(g + j, (P.Load(g + j) * factor) - even);
            var isLabel = P.EqualTo(place, P.Broadcast(label));
            var gradient = (lastPower * factor) - evenOfPresent - P.Select(isLabel, P.Broadcast(onLabel), P.Zero);
            P.StorePartial(g + whole, gradient, rest);
            if (label < whole) g[label] -= onLabel;
        }

        loss += SumOfLogarithms<P>(totals, ref waiting);
        (arguments.Loss, arguments.Correct, arguments.InvalidLabels) = (loss, correct, invalid);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double SumOfLogarithms<P>(float* values, ref int count)
        where P : struct, IPack<P>
    {
        for (var i = 0; i < count; i += P.Width) P.Store(values + i, PackMath.Log(P.Load(values + i)));
        var sum = 0.0;
        for (var i = 0; i < count; i++) sum += values[i];
        count = 0;
        return sum;
    }

    /// <summary>The sum over a row of <c>max - x_j</c>, in lanes and then pairwise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double SumBelow<P>(float* x, int whole, P last, P present, P shift)
        where P : struct, IPack<P>
    {
        var sum = P.Select(present, shift - last, P.Zero);
        for (var j = 0; j < whole; j += P.Width) sum += shift - P.Load(x + j);
        return P.Sum(sum);
    }

    /// <summary>Whether no class before the label has its logit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsFirst(float* x, int label)
    {
        for (var j = 0; j < label; j++)
        {
            if (x[j] == x[label]) return false;
        }

        return true;
    }
}
