using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Kit;

public class SeededRandomTests
{
    [Fact]
    public void The_generator_is_SplitMix64()
    {
        // The first outputs for seed 1234567 as Rosetta Code and the authors' C program print them.
        SeededRandom random = new(1234567);
        Assert.Equal([6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL], [random.NextBits(), random.NextBits(), random.NextBits()]);
    }

    [Fact]
    public void Normals_have_the_moments_of_a_normal()
    {
        double[] values = new SeededRandom(1).Normals(100_000, mean: 3, deviation: 2);
        MomentMerge moments = MomentMerge.Of(values);
        // Five standard errors: 2/sqrt(n) for the mean, 4 sqrt(2/n) for the variance.
        Assert.InRange(moments.Mean, 3 - 0.032, 3 + 0.032);
        Assert.InRange(moments.PopulationVariance, 4 - 0.09, 4 + 0.09);
        Assert.InRange(values.Count(v => v < 3) / 100_000.0, 0.49, 0.51);
    }

    [Fact]
    public void A_shuffle_keeps_every_value_and_depends_on_the_seed_alone()
    {
        int[] Shuffled(ulong seed)
        {
            int[] values = [.. Enumerable.Range(0, 50)];
            new SeededRandom(seed).Shuffle<int>(values);
            return values;
        }

        Assert.Equal(Shuffled(4), Shuffled(4));
        Assert.NotEqual(Shuffled(4), Shuffled(5));
        Assert.Equal(Enumerable.Range(0, 50), Shuffled(4).Order());
    }

    [Fact]
    public void Labels_masks_and_indices_stay_in_range()
    {
        SeededRandom random = new(9);
        Assert.Equal([0, 1, 2], random.Labels(1000, 3).Distinct().Order());
        Assert.InRange(random.Mask(10_000, 0.8).Count(k => k), 7_800, 8_200);
        Assert.All(random.Uniforms(1000, -2, 3), v => Assert.InRange(v, -2, 3));
    }
}
