using Evenkeel.Numerics.Kernels.Elementwise;
using Evenkeel.TestKit;

namespace Evenkeel.Numerics.Tests.Kernels.Elementwise;

public sealed unsafe class BytesToFloatsTests
{
    // Without fused multiply-add the correction cannot see the remainder.
    private static readonly bool IsFused = System.Runtime.Intrinsics.X86.Fma.IsSupported || System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported;

    [Theory]
    [ClassData(typeof(Widths))]
    public void Every_byte_has_the_bits_of_quotient_difference_and_product(int bits)
    {
        foreach (var channels in new[] { 1, 2, 3, 4, 5, 16, 17, 40 })
        {
            foreach (var count in new[] { 0, 1, 15, 16, 17, 255, 256, 784, 3072 })
            {
                var random = new SeededRandom((ulong)(channels + count));
                var bytes = Enumerable.Range(0, count).Select(static i => (byte)(i * 7)).ToArray();
                float[] mean = random.Floats(channels), scale = [.. random.Floats(channels).Select(static value => MathF.Abs(value) + 0.5f)];
                var came = Convert(bits, bytes, mean, scale);
                for (var i = 0; i < count; i++)
                {
                    var expected = ((bytes[i] / 255f) - mean[i % channels]) * scale[i % channels];
                    if (IsFused) Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(came[i]));
                    else Assert.Equal(expected, came[i], 1e-6f);
                }
            }
        }
    }

    private static float[] Convert(int bits, byte[] bytes, float[] mean, float[] scale)
    {
        const int WidestPack = 16;
        float[] Repeat(float[] values) => [.. Enumerable.Range(0, values.Length + WidestPack).Select(i => values[i % values.Length])];
        using var source = GuardedBuffer.EndingAtGuard(bytes);
        using var means = GuardedBuffer.EndingAtGuard(Repeat(mean));
        using var scales = GuardedBuffer.EndingAtGuard(Repeat(scale));
        using var values = new GuardedBuffer<float>(bytes.Length);
        var arguments = new BytesToFloatsArguments { Bytes = source.Pointer, Values = values.Pointer, Count = bytes.Length, Channels = mean.Length, Mean = means.Pointer, Scale = scales.Pointer };
        Run.Kernel<BytesToFloats, BytesToFloatsArguments>(bits, ref arguments);
        return values.Span.ToArray();
    }
}
