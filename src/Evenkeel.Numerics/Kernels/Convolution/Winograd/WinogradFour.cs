using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Convolution.Winograd;

/// <summary>F(4 x 4, 3 x 3): 36 multiplications for 144, points 0, 3/4, -3/4, 3/2, -3/2 and infinity.</summary>
/// <remarks>The customary points 1 and 2 make the root mean square of the rounding twice as large and its largest some six times. These are near the best pair, 1/sqrt 2 and sqrt 2, and every factor of B and A is a float. Why points matter: Barabasz et al., arXiv 1803.10986.</remarks>
internal readonly unsafe struct WinogradFour : IWinogradTransform
{
    private const float Near = 0.75f, Far = 1.5f, NearSquare = Near * Near, FarSquare = Far * Far, SquareSum = NearSquare + FarSquare, SquareProduct = NearSquare * FarSquare;

    // What divides the rows of G: the product of a point's distances to the other four.
    private const float NearScale = 1 / (2 * NearSquare * (NearSquare - FarSquare)), FarScale = 1 / (2 * FarSquare * (FarSquare - NearSquare)), ZeroScale = 1 / SquareProduct;

    public static int Outputs => 4;

    public static string Name => "winograd-4x4";

    // Rows of B^T, n and f for the near and the far point: (n2 f2, 0, -n2 - f2, 0, 1, 0), (0, -n f2, -f2, n, 1, 0), (0, n f2, -f2, -n, 1, 0), (0, -f n2, -n2, f, 1, 0), (0, f n2, -n2, -f, 1, 0), (0, n2 f2, 0, -n2 - f2, 0, 1).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<P>(int row, float** pixels, int channels, float* points, nint stride)
        where P : struct, IPack<P>
    {
        // Four rows of pixels, the last with factor one; the outer rows of points need only three and give the fourth factor zero.
        var outer = row is 0 or 5;
        var first = pixels + (row == 0 ? 0 : 6);
        var second = first + (outer ? 12 : 6);
        var third = outer ? first : pixels + 18;
        var last = outer ? first + 24 : pixels + 24;
        var point = Point(row);
        P f1 = P.Broadcast(outer ? SquareProduct : -SquareProduct / point), f2 = P.Broadcast(outer ? -SquareSum : -SquareProduct / (point * point)), f3 = P.Broadcast(outer ? 0 : point);
        nint channel = 0;
        for (; channel <= channels - P.Width; channel += P.Width)
        {
            InputRow(
                InputColumn<P, Off>(first[0], second[0], third[0], last[0], f1, f2, f3, channel, P.Width),
                InputColumn<P, Off>(first[1], second[1], third[1], last[1], f1, f2, f3, channel, P.Width),
                InputColumn<P, Off>(first[2], second[2], third[2], last[2], f1, f2, f3, channel, P.Width),
                InputColumn<P, Off>(first[3], second[3], third[3], last[3], f1, f2, f3, channel, P.Width),
                InputColumn<P, Off>(first[4], second[4], third[4], last[4], f1, f2, f3, channel, P.Width),
                InputColumn<P, Off>(first[5], second[5], third[5], last[5], f1, f2, f3, channel, P.Width),
                points + channel,
                stride);
        }

        var rest = channels - (int)channel;
        if (rest == 0) return;
        InputRow(
            InputColumn<P, On>(first[0], second[0], third[0], last[0], f1, f2, f3, channel, rest),
            InputColumn<P, On>(first[1], second[1], third[1], last[1], f1, f2, f3, channel, rest),
            InputColumn<P, On>(first[2], second[2], third[2], last[2], f1, f2, f3, channel, rest),
            InputColumn<P, On>(first[3], second[3], third[3], last[3], f1, f2, f3, channel, rest),
            InputColumn<P, On>(first[4], second[4], third[4], last[4], f1, f2, f3, channel, rest),
            InputColumn<P, On>(first[5], second[5], third[5], last[5], f1, f2, f3, channel, rest),
            points + channel,
            stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputRow<P>(float* points, nint stride, float* sums, nint sumStride, int channels)
        where P : struct, IPack<P>
    {
        for (nint channel = 0; channel < channels; channel += P.Width)
        {
            var m = points + channel;
            OutputLine(P.Load(m), P.Load(m + stride), P.Load(m + 2 * stride), P.Load(m + 3 * stride), P.Load(m + 4 * stride), P.Load(m + 5 * stride), out var a, out var b, out var c, out var d);
            var s = sums + channel;
            P.Store(s, a);
            P.Store(s + sumStride, b);
            P.Store(s + 2 * sumStride, c);
            P.Store(s + 3 * sumStride, d);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputTile<P>(float* sums, nint stride, float* bias, float** pixels, nint first, int channels)
        where P : struct, IPack<P>
    {
        for (var column = 0; column < 4; column++)
        {
            float* s = sums + column * stride, y0 = pixels[column] + first, y1 = pixels[4 + column] + first, y2 = pixels[8 + column] + first, y3 = pixels[12 + column] + first;
            nint channel = 0;
            for (; channel <= channels - P.Width; channel += P.Width)
            {
                OutputColumn(s + channel, stride, P.Load(bias + channel), out var a, out var b, out var c, out var d);
                P.Store(y0 + channel, a);
                P.Store(y1 + channel, b);
                P.Store(y2 + channel, c);
                P.Store(y3 + channel, d);
            }

            var rest = channels - (int)channel;
            if (rest == 0) continue;
            OutputColumn(s + channel, stride, P.LoadPartial(bias + channel, rest), out var e, out var f, out var g, out var h);
            P.StorePartial(y0 + channel, e, rest);
            P.StorePartial(y1 + channel, f, rest);
            P.StorePartial(y2 + channel, g, rest);
            P.StorePartial(y3 + channel, h, rest);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Cotangent<P>(int row, float** pixels, int channels, float* points, nint stride)
        where P : struct, IPack<P>
    {
        // Four rows of pixels; the outer rows of points are one row of pixels each, the first or the last, with the factor one.
        var outer = row is 0 or 5;
        var point = Point(row);
        float** second = pixels + (outer ? 0 : 4), third = pixels + (outer ? 0 : 8), fourth = pixels + (row == 0 ? 0 : 12);
        P f0 = P.Broadcast(row == 5 ? 0 : 1), f1 = P.Broadcast(point), f2 = P.Broadcast(point * point), f3 = P.Broadcast(row == 5 ? 1 : point * point * point);
        nint channel = 0;
        for (; channel <= channels - P.Width; channel += P.Width)
        {
            CotangentRow(
                CotangentColumn<P, Off>(pixels[0], second[0], third[0], fourth[0], f0, f1, f2, f3, channel, P.Width),
                CotangentColumn<P, Off>(pixels[1], second[1], third[1], fourth[1], f0, f1, f2, f3, channel, P.Width),
                CotangentColumn<P, Off>(pixels[2], second[2], third[2], fourth[2], f0, f1, f2, f3, channel, P.Width),
                CotangentColumn<P, Off>(pixels[3], second[3], third[3], fourth[3], f0, f1, f2, f3, channel, P.Width),
                points + channel,
                stride);
        }

        var rest = channels - (int)channel;
        if (rest == 0) return;
        CotangentRow(
            CotangentColumn<P, On>(pixels[0], second[0], third[0], fourth[0], f0, f1, f2, f3, channel, rest),
            CotangentColumn<P, On>(pixels[1], second[1], third[1], fourth[1], f0, f1, f2, f3, channel, rest),
            CotangentColumn<P, On>(pixels[2], second[2], third[2], fourth[2], f0, f1, f2, f3, channel, rest),
            CotangentColumn<P, On>(pixels[3], second[3], third[3], fourth[3], f0, f1, f2, f3, channel, rest),
            points + channel,
            stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter<P, TPartial>(float* taps, nint tapStride, int lanes, float* points, nint stride, float* temporary)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        for (var j = 0; j < 3; j++)
        {
            var g = taps + j * tapStride;
            FilterLine(temporary + j * P.Width, 3 * P.Width, Lanes.Load<P, TPartial>(g, lanes), Lanes.Load<P, TPartial>(g + 3 * tapStride, lanes), Lanes.Load<P, TPartial>(g + 6 * tapStride, lanes));
        }

        for (var i = 0; i < 6; i++)
        {
            var t = temporary + i * 3 * P.Width;
            FilterLine(points + i * 6 * stride, stride, At<P>(t, 0), At<P>(t, 1), At<P>(t, 2));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FilterGradient<P, TPartial>(float* points, nint stride, float* taps, nint tapStride, int lanes, bool accumulate, float* temporary)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        for (var j = 0; j < 6; j++)
        {
            var u = points + j * stride;
            GradientLine(P.Load(u), P.Load(u + 6 * stride), P.Load(u + 12 * stride), P.Load(u + 18 * stride), P.Load(u + 24 * stride), P.Load(u + 30 * stride), out var a, out var b, out var c);
            var t = temporary + j * P.Width;
            P.Store(t, a);
            P.Store(t + 6 * P.Width, b);
            P.Store(t + 12 * P.Width, c);
        }

        for (var i = 0; i < 3; i++)
        {
            var t = temporary + i * 6 * P.Width;
            GradientLine(At<P>(t, 0), At<P>(t, 1), At<P>(t, 2), At<P>(t, 3), At<P>(t, 4), At<P>(t, 5), out var a, out var b, out var c);
            var g = taps + 3 * i * tapStride;
            if (accumulate)
            {
                a += Lanes.Load<P, TPartial>(g, lanes);
                b += Lanes.Load<P, TPartial>(g + tapStride, lanes);
                c += Lanes.Load<P, TPartial>(g + 2 * tapStride, lanes);
            }

            Lanes.Store<P, TPartial>(g, a, lanes);
            Lanes.Store<P, TPartial>(g + tapStride, b, lanes);
            Lanes.Store<P, TPartial>(g + 2 * tapStride, c, lanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P InputColumn<P, TPartial>(float* first, float* second, float* third, float* last, P f1, P f2, P f3, nint channel, int lanes)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        var sum = P.MultiplyAdd(f2, Lanes.Load<P, TPartial>(second + channel, lanes), Lanes.Load<P, TPartial>(last + channel, lanes));
        var odd = f3 * Lanes.Load<P, TPartial>(third + channel, lanes);
        return sum + P.MultiplyAdd(f1, Lanes.Load<P, TPartial>(first + channel, lanes), odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InputRow<P>(P a, P b, P c, P d, P e, P f, float* points, nint stride)
        where P : struct, IPack<P>
    {
        P near = P.Broadcast(Near), far = P.Broadcast(Far), minusNear = P.Broadcast(-NearSquare), minusFar = P.Broadcast(-FarSquare), minusSum = P.Broadcast(-SquareSum), product = P.Broadcast(SquareProduct);
        P nearEven = P.MultiplyAdd(minusFar, c, e), nearOdd = near * P.MultiplyAdd(minusFar, b, d);
        P farEven = P.MultiplyAdd(minusNear, c, e), farOdd = far * P.MultiplyAdd(minusNear, b, d);
        P.Store(points, P.MultiplyAdd(product, a, P.MultiplyAdd(minusSum, c, e)));
        P.Store(points + stride, nearEven + nearOdd);
        P.Store(points + 2 * stride, nearEven - nearOdd);
        P.Store(points + 3 * stride, farEven + farOdd);
        P.Store(points + 4 * stride, farEven - farOdd);
        P.Store(points + 5 * stride, P.MultiplyAdd(product, b, P.MultiplyAdd(minusSum, d, f)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputColumn<P>(float* sums, nint stride, P bias, out P first, out P second, out P third, out P fourth)
        where P : struct, IPack<P>
    {
        OutputLine(P.Load(sums), P.Load(sums + 4 * stride), P.Load(sums + 8 * stride), P.Load(sums + 12 * stride), P.Load(sums + 16 * stride), P.Load(sums + 20 * stride), out first, out second, out third, out fourth);
        first += bias;
        second += bias;
        third += bias;
        fourth += bias;
    }

    // Rows of A^T, n and f for the near and the far point: (1, 1, 1, 1, 1, 0), (0, n, -n, f, -f, 0), (0, n2, n2, f2, f2, 0), (0, n3, -n3, f3, -f3, 1).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputLine<P>(P a, P b, P c, P d, P e, P f, out P first, out P second, out P third, out P fourth)
        where P : struct, IPack<P>
    {
        P sum = b + c, difference = P.Broadcast(Near) * (b - c), farSum = d + e, farDifference = P.Broadcast(Far) * (d - e);
        P nearSquare = P.Broadcast(NearSquare), farSquare = P.Broadcast(FarSquare);
        first = a + sum + farSum;
        second = difference + farDifference;
        third = P.MultiplyAdd(farSquare, farSum, nearSquare * sum);
        fourth = P.MultiplyAdd(farSquare, farDifference, P.MultiplyAdd(nearSquare, difference, f));
    }

    // Rows of A: (1, 0, 0, 0), (1, p, p2, p3) for four points p, (0, 0, 0, 1).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P CotangentColumn<P, TPartial>(float* first, float* second, float* third, float* fourth, P f0, P f1, P f2, P f3, nint channel, int lanes)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        var even = P.MultiplyAdd(f2, Lanes.Load<P, TPartial>(third + channel, lanes), f0 * Lanes.Load<P, TPartial>(first + channel, lanes));
        var odd = P.MultiplyAdd(f3, Lanes.Load<P, TPartial>(fourth + channel, lanes), f1 * Lanes.Load<P, TPartial>(second + channel, lanes));
        return even + odd;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CotangentRow<P>(P a, P b, P c, P d, float* points, nint stride)
        where P : struct, IPack<P>
    {
        P nearSquare = P.Broadcast(NearSquare), farSquare = P.Broadcast(FarSquare);
        P even = P.MultiplyAdd(nearSquare, c, a), odd = P.Broadcast(Near) * P.MultiplyAdd(nearSquare, d, b);
        P farEven = P.MultiplyAdd(farSquare, c, a), farOdd = P.Broadcast(Far) * P.MultiplyAdd(farSquare, d, b);
        P.Store(points, a);
        P.Store(points + stride, even + odd);
        P.Store(points + 2 * stride, even - odd);
        P.Store(points + 3 * stride, farEven + farOdd);
        P.Store(points + 4 * stride, farEven - farOdd);
        P.Store(points + 5 * stride, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Point(int row) => row switch { 1 => Near, 2 => -Near, 3 => Far, 4 => -Far, _ => 0 };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P At<P>(float* packs, int index)
        where P : struct, IPack<P> => P.Load(packs + index * P.Width);

    // G: (1, 0, 0), (1, p, p2) for four points p, (0, 0, 1), each divided by the product of its point's distances to the others.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FilterLine<P>(float* destination, nint stride, P a, P b, P c)
        where P : struct, IPack<P>
    {
        P near = P.Broadcast(NearScale) * P.MultiplyAdd(P.Broadcast(NearSquare), c, a), nearMiddle = P.Broadcast(NearScale * Near) * b;
        P far = P.Broadcast(FarScale) * P.MultiplyAdd(P.Broadcast(FarSquare), c, a), farMiddle = P.Broadcast(FarScale * Far) * b;
        P.Store(destination, P.Broadcast(ZeroScale) * a);
        P.Store(destination + stride, near + nearMiddle);
        P.Store(destination + 2 * stride, near - nearMiddle);
        P.Store(destination + 3 * stride, far + farMiddle);
        P.Store(destination + 4 * stride, far - farMiddle);
        P.Store(destination + 5 * stride, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void GradientLine<P>(P a, P b, P c, P d, P e, P f, out P first, out P second, out P third)
        where P : struct, IPack<P>
    {
        P near = P.Broadcast(NearScale) * (b + c), far = P.Broadcast(FarScale) * (d + e);
        first = P.MultiplyAdd(P.Broadcast(ZeroScale), a, near + far);
        second = P.MultiplyAdd(P.Broadcast(NearScale * Near), b - c, P.Broadcast(FarScale * Far) * (d - e));
        third = P.MultiplyAdd(P.Broadcast(NearSquare), near, P.MultiplyAdd(P.Broadcast(FarSquare), far, f));
    }
}
