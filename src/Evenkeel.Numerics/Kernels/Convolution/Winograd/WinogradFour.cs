using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Packs;

namespace Evenkeel.Numerics.Kernels.Convolution.Winograd;

/// <summary>F(4 x 4, 3 x 3): 36 multiplications for 144, points 0, 1, -1, 2, -2 and infinity.</summary>
/// <remarks>Its transforms multiply by up to 8 and divide by up to 24, so rounding grows some ten times over that of the direct sum: it is chosen by name only.</remarks>
internal readonly unsafe struct WinogradFour : IWinogradTransform
{
    public static int Outputs => 4;

    public static string Name => "winograd-4x4";

    // Rows of B^T: (4, 0, -5, 0, 1, 0), (0, -4, -4, 1, 1, 0), (0, 4, -4, -1, 1, 0), (0, -2, -1, 2, 1, 0), (0, 2, -1, -2, 1, 0), (0, 4, 0, -5, 0, 1).
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Input<P>(int row, float** pixels, int channels, float* points, nint stride)
        where P : struct, IPack<P>
    {
        // Four rows of pixels, the last with factor one; the outer rows of points need only three and give the fourth factor zero.
        var outer = row is 0 or 5;
        var first = pixels + (row == 0 ? 0 : 6);
        var second = first + (outer || row == 0 ? 12 : 6);
        var third = outer ? first : pixels + 18;
        var last = outer ? first + 24 : pixels + 24;
        P f1 = P.Broadcast(row switch { 1 => -4, 3 => -2, 4 => 2, _ => 4 }), f2 = P.Broadcast(outer ? -5 : row < 3 ? -4 : -1), f3 = P.Broadcast(row switch { 1 => 1, 2 => -1, 3 => 2, 4 => -2, _ => 0 });
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

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Output<P>(int row, float* points, nint stride, float** pixels, nint first, int channels)
        where P : struct, IPack<P>
    {
        nint channel = 0;
        for (; channel <= channels - P.Width; channel += P.Width) OutputPack<P, Off>(row, points + channel, stride, pixels, first + channel, P.Width);
        if (channel < channels) OutputPack<P, On>(row, points + channel, stride, pixels, first + channel, channels - (int)channel);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Cotangent<P>(int row, float** pixels, int channels, float* points, nint stride)
        where P : struct, IPack<P>
    {
        nint channel = 0;
        for (; channel <= channels - P.Width; channel += P.Width) CotangentPack<P, Off>(row, pixels, channel, P.Width, points + channel, stride);
        if (channel < channels) CotangentPack<P, On>(row, pixels, channel, channels - (int)channel, points + channel, stride);
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
        P four = P.Broadcast(4), minusFour = P.Broadcast(-4), minusFive = P.Broadcast(-5);
        var even = P.MultiplyAdd(minusFour, c, e);
        var odd = P.MultiplyAdd(minusFour, b, d);
        var outer = e - c;
        var inner = P.Broadcast(2) * (d - b);
        P.Store(points, P.MultiplyAdd(four, a, P.MultiplyAdd(minusFive, c, e)));
        P.Store(points + stride, even + odd);
        P.Store(points + 2 * stride, even - odd);
        P.Store(points + 3 * stride, outer + inner);
        P.Store(points + 4 * stride, outer - inner);
        P.Store(points + 5 * stride, P.MultiplyAdd(four, b, P.MultiplyAdd(minusFive, d, f)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputPack<P, TPartial>(int row, float* points, nint stride, float** pixels, nint channel, int lanes)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        P b = P.Load(points + stride), c = P.Load(points + 2 * stride), d = P.Load(points + 3 * stride), e = P.Load(points + 4 * stride);
        P sum = b + c, difference = b - c, farSum = d + e, farDifference = d - e;
        var first = P.Load(points) + sum + farSum;
        var second = P.MultiplyAdd(P.Broadcast(2), farDifference, difference);
        var third = P.MultiplyAdd(P.Broadcast(4), farSum, sum);
        var fourth = P.MultiplyAdd(P.Broadcast(8), farDifference, difference) + P.Load(points + 5 * stride);
        var end = row == 0 ? 1 : 4;
        for (var r = row == 5 ? 3 : 0; r < end; r++)
        {
            var y = pixels + 4 * r;
            var overwrites = row == 0 || (row == 1 && r > 0);
            var factor = P.Broadcast(Factor(row, r));
            Add<P, TPartial>(y[0] + channel, factor, first, lanes, overwrites);
            Add<P, TPartial>(y[1] + channel, factor, second, lanes, overwrites);
            Add<P, TPartial>(y[2] + channel, factor, third, lanes, overwrites);
            Add<P, TPartial>(y[3] + channel, factor, fourth, lanes, overwrites);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CotangentPack<P, TPartial>(int row, float** pixels, nint channel, int lanes, float* points, nint stride)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        var a = CotangentColumn<P, TPartial>(row, pixels, channel, lanes);
        var b = CotangentColumn<P, TPartial>(row, pixels + 1, channel, lanes);
        var c = CotangentColumn<P, TPartial>(row, pixels + 2, channel, lanes);
        var d = CotangentColumn<P, TPartial>(row, pixels + 3, channel, lanes);
        P even = a + c, odd = b + d;
        var farEven = P.MultiplyAdd(P.Broadcast(4), c, a);
        var farOdd = P.MultiplyAdd(P.Broadcast(8), d, b + b);
        P.Store(points, a);
        P.Store(points + stride, even + odd);
        P.Store(points + 2 * stride, even - odd);
        P.Store(points + 3 * stride, farEven + farOdd);
        P.Store(points + 4 * stride, farEven - farOdd);
        P.Store(points + 5 * stride, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P CotangentColumn<P, TPartial>(int row, float** pixels, nint channel, int lanes)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        if (row == 5) return Pixel<P, TPartial>(pixels[12], channel, lanes);
        var sum = Pixel<P, TPartial>(pixels[0], channel, lanes);
        if (row == 0) return sum;
        sum = P.MultiplyAdd(P.Broadcast(Factor(row, 2)), Pixel<P, TPartial>(pixels[8], channel, lanes), sum);
        var odd = P.MultiplyAdd(P.Broadcast(Factor(row, 3)), Pixel<P, TPartial>(pixels[12], channel, lanes), P.Broadcast(Factor(row, 1)) * Pixel<P, TPartial>(pixels[4], channel, lanes));
        return sum + odd;
    }

    // Rows of A: (1, 0, 0, 0), (1, 1, 1, 1), (1, -1, 1, -1), (1, 2, 4, 8), (1, -2, 4, -8), (0, 0, 0, 1); the zeros are never asked for.
    private static float Factor(int row, int column)
    {
        var x = row switch { 2 => -1f, 3 => 2f, 4 => -2f, _ => 1f };
        return column switch { 0 => 1, 1 => x, 2 => x * x, _ => x * x * x };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<P, TPartial>(float* pixel, P factor, P value, int lanes, bool overwrites)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch
    {
        value *= factor;
        if (!overwrites) value += Lanes.Load<P, TPartial>(pixel, lanes);
        Lanes.Store<P, TPartial>(pixel, value, lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P Pixel<P, TPartial>(float* pixel, nint channel, int lanes)
        where P : struct, IPack<P>
        where TPartial : struct, ISwitch => Lanes.Load<P, TPartial>(pixel + channel, lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P At<P>(float* packs, int index)
        where P : struct, IPack<P> => P.Load(packs + index * P.Width);

    // G: (1/4, 0, 0), (-1/6, -1/6, -1/6), (-1/6, 1/6, -1/6), (1/24, 1/12, 1/6), (1/24, -1/12, 1/6), (0, 0, 1).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FilterLine<P>(float* destination, nint stride, P a, P b, P c)
        where P : struct, IPack<P>
    {
        P sixth = P.Broadcast(1f / 6), minusSixth = P.Broadcast(-1f / 6), twelfth = P.Broadcast(1f / 12);
        var outer = a + c;
        var near = P.MultiplyAdd(P.Broadcast(1f / 24), a, sixth * c);
        var middle = twelfth * b;
        P.Store(destination, P.Broadcast(0.25f) * a);
        P.Store(destination + stride, minusSixth * (outer + b));
        P.Store(destination + 2 * stride, minusSixth * (outer - b));
        P.Store(destination + 3 * stride, near + middle);
        P.Store(destination + 4 * stride, near - middle);
        P.Store(destination + 5 * stride, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void GradientLine<P>(P a, P b, P c, P d, P e, P f, out P first, out P second, out P third)
        where P : struct, IPack<P>
    {
        var minusSixth = P.Broadcast(-1f / 6);
        P sum = b + c, farSum = d + e;
        var nearSum = minusSixth * sum;
        first = P.MultiplyAdd(P.Broadcast(0.25f), a, P.MultiplyAdd(P.Broadcast(1f / 24), farSum, nearSum));
        second = P.MultiplyAdd(P.Broadcast(1f / 12), d - e, minusSixth * (b - c));
        third = P.MultiplyAdd(P.Broadcast(1f / 6), farSum, nearSum) + f;
    }
}
