using Evenkeel.Engine;
using Evenkeel.Lab.Trials;
using Evenkeel.TestKit;

namespace Evenkeel.Lab.Tests.Trials;

public sealed class GradientModuleTests
{
    private const int Features = 6;
    private const int Outputs = 4;
    private const int Batch = 16;

    [Fact]
    public void A_module_is_silent_at_first_and_then_says_what_it_was_taught()
    {
        using var module = new GradientModule(Features, Outputs, 24, Batch, 1, new PlanOptions { Capacity = Batch, Threads = 1 });
        var map = new SeededRandom(1).Floats(Features * Outputs);
        var (said, random) = (new float[Batch * Outputs], new SeededRandom(2));
        float[] Seen() => random.Floats(Batch * Features);
        float[] Truth(float[] seen) => [.. Enumerable.Range(0, Batch * Outputs).Select(i => Enumerable.Range(0, Features).Sum(f => seen[(i / Outputs * Features) + f] * map[(f * Outputs) + (i % Outputs)]) / Batch)];
        module.Predict(Seen(), 1, said);
        Assert.All(said, static value => Assert.Equal(0, value));
        for (var i = 0; i < 1500; i++)
        {
            var seen = Seen();
            Assert.True(module.Learn(seen, Truth(seen), 0.01f));
        }

        // A share of what was taught, at the batch's own scale.
        var late = Seen();
        module.Predict(late, 0.5f, said);
        var wrong = Truth(late).Zip(said, static (truth, value) => Math.Abs((0.5f * truth) - value)).Average();
        Assert.True(wrong < 0.2 * Truth(late).Average(static truth => Math.Abs(0.5f * truth)), FormattableString.Invariant($"off by {wrong}"));
        Assert.True(module.Cosine > 0.6);
    }

    [Fact]
    public void What_is_not_finite_teaches_nothing()
    {
        using var module = new GradientModule(Features, Outputs, 8, Batch, 1, new PlanOptions { Capacity = Batch, Threads = 1 });
        var (seen, truth, said) = (new SeededRandom(3).Floats(Batch * Features), new float[Batch * Outputs], new float[Batch * Outputs]);
        truth[2] = float.NaN;
        Assert.False(module.Learn(seen, truth, 0.01f));
        module.Predict(seen, 1, said);
        Assert.All(said, static value => Assert.Equal(0, value));
    }
}
