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

    /// <summary>Written: the sum of the rows' losses.</summary>
    public double Loss;

    /// <summary>Written: rows whose largest logit, the first of equals, stands at the label.</summary>
    public int Correct;

    /// <summary>Written: rows whose label is no class; they count 0 to the loss and their gradient is 0.</summary>
    public int InvalidLabels;
}

/// <summary>Softmax cross-entropy with its gradient, one sweep: <c>loss = log(sum_j exp(x_j - max)) - (x_label - max)</c>, <c>dx_j = (softmax_j - [j = label]) scale</c>.</summary>
/// <remarks>Shifted by the row's largest logit, so nothing overflows. Sums of a row run in lanes, then pairwise; losses are added in double, rows upward. NaN in a row reaches loss and gradient of that row.</remarks>
public readonly unsafe struct SoftmaxCrossEntropy : IKernel<SoftmaxCrossEntropyArguments>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<P>(ref SoftmaxCrossEntropyArguments arguments)
        where P : struct, IPack<P>
    {
        var classes = arguments.Classes;
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

            var (largest, at) = Largest(x, classes);
            var atLabel = x[label] - largest;
            var sum = Exponentials<P>(x, g, classes, largest);
            loss += Math.Log(sum) - atLabel;
            if (at == label) correct++;
            Scale<P>(g, classes, arguments.Scale / sum);
            g[label] -= arguments.Scale;
        }

        (arguments.Loss, arguments.Correct, arguments.InvalidLabels) = (loss, correct, invalid);
    }

    /// <summary>The largest logit and its place; NaN wins, so that it shows.</summary>
    private static (float Largest, int At) Largest(float* x, int classes)
    {
        var (largest, at) = (x[0], 0);
        for (var j = 1; j < classes; j++)
        {
            if (x[j] > largest || (float.IsNaN(x[j]) && !float.IsNaN(largest))) (largest, at) = (x[j], j);
        }

        return (largest, at);
    }

    private static float Exponentials<P>(float* x, float* g, int classes, float largest)
        where P : struct, IPack<P>
    {
        var shift = P.Broadcast(largest);
        var sum = P.Zero;
        var j = 0;
        for (; j + P.Width <= classes; j += P.Width)
        {
            var e = PackMath.Exp(P.Load(x + j) - shift);
            P.Store(g + j, e);
            sum += e;
        }

        var total = P.Sum(sum);
        if (j == classes) return total;
        P.StorePartial(g + j, PackMath.Exp(P.LoadPartial(x + j, classes - j) - shift), classes - j);
        for (; j < classes; j++) total += g[j];
        return total;
    }

    private static void Scale<P>(float* g, int classes, float factor)
        where P : struct, IPack<P>
    {
        var scale = P.Broadcast(factor);
        var j = 0;
        for (; j + P.Width <= classes; j += P.Width) P.Store(g + j, P.Load(g + j) * scale);
        if (j < classes) P.StorePartial(g + j, P.LoadPartial(g + j, classes - j) * scale, classes - j);
    }
}
