using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Convolution.Winograd;

/// <summary>F(2 x 2, 3 x 3): 16 multiplications for 36, points 0, 1, -1 and infinity. Transforms add and halve only: it rounds no more than the direct sum, the filter gradient some two times as much.</summary>
internal readonly unsafe struct WinogradTwo : IWinogradTransform
{
    public static int Outputs => 2;

    public static string Name => "winograd-2x2";

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<P>(int row, float** pixels, int channels, float* points, nint stride)
        where P : struct, IPack<P>
    {
        // Rows of B^T: d0 - d2, d1 + d2, d2 - d1, d1 - d3.
        var first = pixels + 4 * (row == 3 ? 1 : row);
        var second = pixels + 4 * (row switch { 2 => 1, 3 => 3, _ => 2 });
        float* a = first[0], b = first[1], c = first[2], d = first[3], e = second[0], f = second[1], g = second[2], h = second[3];
        var sign = P.Broadcast(row == 1 ? 1 : -1);
        nint channel = 0;
        for (; channel <= channels - P.Width; channel += P.Width)
        {
            var v0 = P.MultiplyAdd(sign, P.Load(e + channel), P.Load(a + channel));
            var v1 = P.MultiplyAdd(sign, P.Load(f + channel), P.Load(b + channel));
            var v2 = P.MultiplyAdd(sign, P.Load(g + channel), P.Load(c + channel));
            var v3 = P.MultiplyAdd(sign, P.Load(h + channel), P.Load(d + channel));
            StoreLine(points + channel, stride, v0 - v2, v1 + v2, v2 - v1, v1 - v3);
        }

        var rest = channels - (int)channel;
        if (rest > 0)
        {
            var v0 = P.MultiplyAdd(sign, P.LoadPartial(e + channel, rest), P.LoadPartial(a + channel, rest));
            var v1 = P.MultiplyAdd(sign, P.LoadPartial(f + channel, rest), P.LoadPartial(b + channel, rest));
            var v2 = P.MultiplyAdd(sign, P.LoadPartial(g + channel, rest), P.LoadPartial(c + channel, rest));
            var v3 = P.MultiplyAdd(sign, P.LoadPartial(h + channel, rest), P.LoadPartial(d + channel, rest));
            StoreLine(points + channel, stride, v0 - v2, v1 + v2, v2 - v1, v1 - v3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputRow<P>(float* points, nint stride, float* sums, nint sumStride, int channels)
        where P : struct, IPack<P>
    {
        for (nint channel = 0; channel < channels; channel += P.Width)
        {
            var m = points + channel;
            OutputLine(P.Load(m), P.Load(m + stride), P.Load(m + 2 * stride), P.Load(m + 3 * stride), out var left, out var right);
            P.Store(sums + channel, left);
            P.Store(sums + sumStride + channel, right);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputTile<P>(float* sums, nint stride, float* bias, float** pixels, nint first, int channels)
        where P : struct, IPack<P>
    {
        float* y00 = pixels[0] + first, y01 = pixels[1] + first, y10 = pixels[2] + first, y11 = pixels[3] + first;
        nint channel = 0;
        for (; channel <= channels - P.Width; channel += P.Width)
            OutputPack<P, Off>(sums + channel, stride, bias + channel, y00 + channel, y01 + channel, y10 + channel, y11 + channel, P.Width);
        if (channel < channels)
            OutputPack<P, On>(sums + channel, stride, bias + channel, y00 + channel, y01 + channel, y10 + channel, y11 + channel, channels - (int)channel);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Cotangent<P>(int row, float** pixels, int channels, float* points, nint stride)
        where P : struct, IPack<P>
    {
        nint channel = 0;
        for (; channel <= channels - P.Width; channel += P.Width)
            CotangentPack<P, Off>(row, pixels[0] + channel, pixels[1] + channel, pixels[2] + channel, pixels[3] + channel, P.Width, points + channel, stride);
        if (channel < channels)
            CotangentPack<P, On>(row, pixels[0] + channel, pixels[1] + channel, pixels[2] + channel, pixels[3] + channel, channels - (int)channel, points + channel, stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter<P, TPartial>(float* taps, nint tapStride, int lanes, float* points, nint stride, float* temporary)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        FilterColumn<P, TPartial>(taps, tapStride, lanes, out var g00, out var g10, out var g20, out var g30);
        FilterColumn<P, TPartial>(taps + tapStride, tapStride, lanes, out var g01, out var g11, out var g21, out var g31);
        FilterColumn<P, TPartial>(taps + 2 * tapStride, tapStride, lanes, out var g02, out var g12, out var g22, out var g32);
        FilterRow(points, stride, g00, g01, g02);
        FilterRow(points + 4 * stride, stride, g10, g11, g12);
        FilterRow(points + 8 * stride, stride, g20, g21, g22);
        FilterRow(points + 12 * stride, stride, g30, g31, g32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FilterGradient<P, TPartial>(float* points, nint stride, float* taps, nint tapStride, int lanes, bool accumulate, float* temporary)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        GradientColumn<P>(points, stride, out var g00, out var g10, out var g20);
        GradientColumn<P>(points + stride, stride, out var g01, out var g11, out var g21);
        GradientColumn<P>(points + 2 * stride, stride, out var g02, out var g12, out var g22);
        GradientColumn<P>(points + 3 * stride, stride, out var g03, out var g13, out var g23);
        GradientRow<P, TPartial>(taps, tapStride, lanes, accumulate, g00, g01, g02, g03);
        GradientRow<P, TPartial>(taps + 3 * tapStride, tapStride, lanes, accumulate, g10, g11, g12, g13);
        GradientRow<P, TPartial>(taps + 6 * tapStride, tapStride, lanes, accumulate, g20, g21, g22, g23);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputPack<P, TPartial>(float* sums, nint stride, float* bias, float* y00, float* y01, float* y10, float* y11, int lanes)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        var start = Lanes.Load<P, TPartial>(bias, lanes);
        OutputLine(P.Load(sums), P.Load(sums + 2 * stride), P.Load(sums + 4 * stride), P.Load(sums + 6 * stride), out var top, out var bottom);
        Lanes.Store<P, TPartial>(y00, top + start, lanes);
        Lanes.Store<P, TPartial>(y10, bottom + start, lanes);
        OutputLine(P.Load(sums + stride), P.Load(sums + 3 * stride), P.Load(sums + 5 * stride), P.Load(sums + 7 * stride), out top, out bottom);
        Lanes.Store<P, TPartial>(y01, top + start, lanes);
        Lanes.Store<P, TPartial>(y11, bottom + start, lanes);
    }

    // Rows of A^T: (1, 1, 1, 0), (0, 1, -1, -1).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputLine<P>(P a, P b, P c, P d, out P first, out P second)
        where P : struct, IPack<P>
    {
        first = a + b + c;
        second = b - c - d;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CotangentPack<P, TPartial>(int row, float* y00, float* y01, float* y10, float* y11, int lanes, float* points, nint stride)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        P a = Lanes.Load<P, TPartial>(row == 3 ? y10 : y00, lanes), b = Lanes.Load<P, TPartial>(row == 3 ? y11 : y01, lanes);
        if (row == 3)
        {
            a = -a;
            b = -b;
        }
        else if (row > 0)
        {
            var sign = P.Broadcast(row == 1 ? 1 : -1);
            a = P.MultiplyAdd(sign, Lanes.Load<P, TPartial>(y10, lanes), a);
            b = P.MultiplyAdd(sign, Lanes.Load<P, TPartial>(y11, lanes), b);
        }

        StoreLine(points, stride, a, a + b, a - b, -b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FilterColumn<P, TPartial>(float* taps, nint tapStride, int lanes, out P a, out P b, out P c, out P d)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        a = Lanes.Load<P, TPartial>(taps, lanes);
        d = Lanes.Load<P, TPartial>(taps + 6 * tapStride, lanes);
        Halves(a, Lanes.Load<P, TPartial>(taps + 3 * tapStride, lanes), d, out b, out c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FilterRow<P>(float* points, nint stride, P a, P b, P c)
        where P : struct, IPack<P>
    {
        Halves(a, b, c, out var sum, out var difference);
        StoreLine(points, stride, a, sum, difference, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Halves<P>(P a, P b, P c, out P sum, out P difference)
        where P : struct, IPack<P>
    {
        var half = P.Broadcast(0.5f);
        var outer = a + c;
        sum = (outer + b) * half;
        difference = (outer - b) * half;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void GradientColumn<P>(float* points, nint stride, out P a, out P b, out P c)
        where P : struct, IPack<P> =>
        GradientLine(P.Load(points), P.Load(points + 4 * stride), P.Load(points + 8 * stride), P.Load(points + 12 * stride), out a, out b, out c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void GradientRow<P, TPartial>(float* taps, nint tapStride, int lanes, bool accumulate, P a, P b, P c, P d)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        GradientLine(a, b, c, d, out var first, out var second, out var third);
        if (accumulate)
        {
            first += Lanes.Load<P, TPartial>(taps, lanes);
            second += Lanes.Load<P, TPartial>(taps + tapStride, lanes);
            third += Lanes.Load<P, TPartial>(taps + 2 * tapStride, lanes);
        }

        Lanes.Store<P, TPartial>(taps, first, lanes);
        Lanes.Store<P, TPartial>(taps + tapStride, second, lanes);
        Lanes.Store<P, TPartial>(taps + 2 * tapStride, third, lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void GradientLine<P>(P a, P b, P c, P d, out P first, out P second, out P third)
        where P : struct, IPack<P>
    {
        var half = P.Broadcast(0.5f);
        var sum = (b + c) * half;
        first = a + sum;
        second = (b - c) * half;
        third = sum + d;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreLine<P>(float* points, nint stride, P a, P b, P c, P d)
        where P : struct, IPack<P>
    {
        P.Store(points, a);
        P.Store(points + stride, b);
        P.Store(points + 2 * stride, c);
        P.Store(points + 3 * stride, d);
    }
}
