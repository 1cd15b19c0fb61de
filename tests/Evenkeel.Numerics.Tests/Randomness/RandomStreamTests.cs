using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Numerics.Tests.Randomness;

public sealed class RandomStreamTests
{
    private const int Count = 1 << 16;

    /// <summary>Five standard errors of a mean of <see cref="Count"/> numbers with deviation 1; the stream is fixed, so the law holds or it does not.</summary>
    private const double FiveErrors = 5.0 / 256;

    [Theory]
    [InlineData(0UL, 0UL, 0UL, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x85a308d3_243f6a88UL, 0x03707344_13198a2eUL, 0x299f31d0_a4093822UL, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_gives_the_known_answers_of_its_authors(ulong low, ulong high, ulong key, uint word0, uint word1, uint word2, uint word3) =>
        Assert.Equal((word0, word1, word2, word3), Philox.Block(low, high, key));

    [Fact]
    public void A_number_depends_on_seed_name_row_and_index_alone()
    {
        var stream = new RandomStream(7, "hidden1.weight");
        var all = new float[103];
        stream.FillUniform(all);
        for (var i = 0; i < all.Length; i++) Assert.Equal(all[i], new RandomStream(7, "hidden1.weight").Uniform((ulong)i));
        foreach (var length in new[] { 0, 1, 2, 3, 4, 5, 102 })
        {
            var part = new float[length];
            stream.FillUniform(part);
            Assert.Equal(all[..length], part);
            var normals = new float[length];
            var allNormals = new float[103];
            stream.FillNormal(normals, 3);
            stream.FillNormal(allNormals, 3);
            Assert.Equal(allNormals[..length], normals);
        }
    }

    [Fact]
    public void Seeds_names_and_rows_separate_streams()
    {
        var first = Enumerable.Range(0, 1000).Select(i => new RandomStream(0, "a").Word((ulong)i)).ToHashSet();
        Assert.Equal(1000, first.Count);
        foreach (var (seed, name, row) in new[] { (1UL, "a", 0UL), (0UL, "b", 0UL), (0UL, "", 0UL), (0UL, "a", 1UL) })
            Assert.True(Enumerable.Range(0, 1000).Count(i => first.Contains(new RandomStream(seed, name).Word((ulong)i, row))) <= 1);
    }

    [Fact]
    public void Uniform_numbers_lie_in_the_unit_interval_and_have_its_moments()
    {
        var values = new float[Count];
        new RandomStream(1, "uniform").FillUniform(values);
        Assert.All(values, static value => Assert.InRange(value, 0, 1 - (1f / (1 << 24))));
        Assert.Equal(0.5, values.Average(static value => (double)value), FiveErrors * Math.Sqrt(1.0 / 12));
        Assert.Equal(1.0 / 12, values.Average(static value => (value - 0.5) * (value - 0.5)), FiveErrors * 0.075);
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_the_standard_normal_distribution()
    {
        var values = new float[Count];
        new RandomStream(2, "normal").FillNormal(values);
        Assert.Equal(0, values.Average(static value => (double)value), FiveErrors);
        Assert.Equal(1, values.Average(static value => (double)value * value), FiveErrors * Math.Sqrt(2));
        Assert.Equal(0, values.Average(static value => Math.Pow(value, 3)), FiveErrors * Math.Sqrt(15));
        Assert.Equal(3, values.Average(static value => Math.Pow(value, 4)), FiveErrors * Math.Sqrt(96));
        var neighbours = values.Zip(values.Skip(1), static (left, right) => (double)left * right).Average();
        Assert.Equal(0, neighbours, FiveErrors);
    }

    [Fact]
    public void Bits_stay_as_they_are_between_versions()
    {
        var normals = new float[3];
        new RandomStream(42, "hidden1.weight").FillNormal(normals);
        Assert.Equal(Pinned, normals);
    }

    /// <summary>Printed once by this code: first values of stored seeds must not change.</summary>
    private static readonly float[] Pinned = [-0.393714368f, 0.492421031f, -1.63687849f];
}
