using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Packs;
using Evenkeel.Optimization.Rules;
using Evenkeel.TestKit;
using Book = Evenkeel.Reference;

namespace Evenkeel.Optimization.Tests.Rules;

public sealed unsafe class RuleTests
{
    private const int Steps = 50;
    private const double Beta1 = 0.9, Beta2 = 0.999, Rate = 0.02, Decay = 0.01;

    private static readonly Tolerance Trajectory = new(1e-6, 4e-6, "50 updates in float");

    public static TheoryData<int> Widths() => [.. PackWidths.Supported];

    private delegate void Step(double[] w, double[] g, double[] first, double[] second, int t);

    [Theory]
    [MemberData(nameof(Widths))]
    public void Gradient_descent_follows_the_book(int bits) =>
        Check<SgdRule>(bits, (w, g, v, _, _) => Book.Sgd.Step(w, g, v, Rate, weightDecay: Decay));

    [Theory]
    [MemberData(nameof(Widths))]
    public void Momentum_follows_the_book(int bits) =>
        Check<MomentumRule>(bits, (w, g, v, _, _) => Book.Sgd.Step(w, g, v, Rate, Beta1, weightDecay: Decay));

    [Theory]
    [MemberData(nameof(Widths))]
    public void Nesterov_follows_the_book(int bits) =>
        Check<NesterovRule>(bits, (w, g, v, _, _) => Book.Sgd.Step(w, g, v, Rate, Beta1, nesterov: true, weightDecay: Decay));

    [Theory]
    [MemberData(nameof(Widths))]
    public void Adam_follows_the_book(int bits) =>
        Check<AdamRule>(bits, (w, g, m, v, t) => Book.Adam.Step(w, g, m, v, t, Rate, Beta1, Beta2, 1e-8, Decay));

    [Theory]
    [MemberData(nameof(Widths))]
    public void AdamW_follows_the_book(int bits) =>
        Check<AdamWRule>(bits, (w, g, m, v, t) => Book.Adam.DecoupledStep(w, g, m, v, t, Rate, Beta1, Beta2, 1e-8, Decay));

    [Theory]
    [MemberData(nameof(Widths))]
    public void The_first_step_of_adam_is_the_rate_whatever_the_gradient(int bits)
    {
        foreach (var magnitude in new[] { 1e-4f, 1f, 1e4f })
        {
            float[] w = [0, 0], g = [magnitude, -magnitude];
            Update<AdamRule>(bits, w, g, new float[2], new float[2], 1, decay: 0);
            Assert.Equal(-Rate, w[0], Rate * 1.1e-4);
            Assert.Equal(Rate, w[1], Rate * 1.1e-4);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Decay_inside_and_outside_of_adam_differ(int bits)
    {
        float[] coupled = [1], decoupled = [1];
        Update<AdamRule>(bits, coupled, [0.5f], new float[1], new float[1], 1, decay: 0.1f);
        Update<AdamWRule>(bits, decoupled, [0.5f], new float[1], new float[1], 1, decay: 0.1f);
        Assert.Equal(1 - Rate, coupled[0], 1e-5);
        Assert.Equal(1 - Rate - (Rate * 0.1), decoupled[0], 1e-5);
    }

    private static void Check<TRule>(int bits, Step book)
        where TRule : struct, IUpdateRule
    {
        foreach (var count in AwkwardSizes.Few.Append(1031))
        {
            var random = new SeededRandom((ulong)count);
            float[] w = random.Floats(count), first = new float[count], second = new float[count];
            double[] start = Expect.Widen(w), wide = Expect.Widen(w), wideFirst = new double[count], wideSecond = new double[count];
            for (var t = 1; t <= Steps; t++)
            {
                var g = random.Floats(count);
                Update<TRule>(bits, w, g, first, second, t, (float)Decay);
                book(wide, Expect.Widen(g), wideFirst, wideSecond, t);
            }

            Expect.CloseScaled(wide, w, Trajectory, [1], $"{typeof(TRule).Name}, {count} parameters");
            Expect.CloseScaled(wideFirst, TRule.Slots > 0 ? first : Array.ConvertAll(wideFirst, v => (float)v), Trajectory, [4]);
            Expect.CloseScaled(wideSecond, TRule.Slots > 1 ? second : Array.ConvertAll(wideSecond, v => (float)v), Trajectory, [1]);
            Assert.True(wide.Zip(start).Max(p => Math.Abs(p.First - p.Second)) > 0.01);
        }
    }

    /// <summary>One sweep in guarded memory; slots that the rule does not have are null pointers.</summary>
    private static void Update<TRule>(int bits, float[] w, float[] g, float[] first, float[] second, int t, float decay)
        where TRule : struct, IUpdateRule
    {
        using var parameters = GuardedBuffer.EndingAtGuard(w);
        using var gradients = GuardedBuffer.EndingAtGuard(g);
        using var firstSlot = GuardedBuffer.EndingAtGuard(first);
        using var secondSlot = GuardedBuffer.EndingAtGuard(second);
        var arguments = new UpdateSweepArguments
        {
            Parameters = parameters.Pointer,
            Gradients = gradients.Pointer,
            Count = w.Length,
            FirstSlot = TRule.Slots > 0 ? firstSlot.Pointer : null,
            SecondSlot = TRule.Slots > 1 ? secondSlot.Pointer : null,
            Numbers = new UpdateNumbers
            {
                LearningRate = (float)Rate,
                WeightDecay = decay,
                FirstRetention = (float)Beta1,
                SecondRetention = (float)Beta2,
                FirstComplement = (float)(1 - Beta1),
                SecondComplement = (float)(1 - Beta2),
                Epsilon = 1e-8f,
                FirstCorrection = (float)(1 / (1 - Math.Pow(Beta1, t))),
                SecondCorrection = (float)(1 / (1 - Math.Pow(Beta2, t))),
            },
        };
        KernelEntry<UpdateSweepArguments>.Of<UpdateSweep<TRule>>(bits).Run(ref arguments);
        Expect.SameBits<float>(g, gradients.Span);
        parameters.Span.CopyTo(w);
        firstSlot.Span.CopyTo(first);
        secondSlot.Span.CopyTo(second);
    }
}
