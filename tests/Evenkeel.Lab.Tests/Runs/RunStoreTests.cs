using Evenkeel.Lab.Runs;
using Evenkeel.TestKit;

namespace Evenkeel.Lab.Tests.Runs;

public sealed class RunStoreTests
{
    private static readonly RunKey Key = new RunKey("counting", 1).Add("to", 3).Add("rate", 0.1f).Add("sizes", (int[])[2, 3]).Add("loud", true);
    private static readonly RunResult Result = new(new Dictionary<string, double[]> { ["numbers"] = [1, 0.1, double.NaN, 1e-300, double.PositiveInfinity], ["none"] = [] }, 1.5);

    [Fact]
    public void A_key_is_its_settings_in_the_invariant_culture() =>
        Assert.Equal("counting\nversion 1\nto 3\nrate 0.1\nsizes 2,3\nloud true\n", Key.ToString());

    [Fact]
    public void A_stored_run_comes_back_to_the_bit_and_what_is_not_finite_is_missing()
    {
        using var folder = new TemporaryFolder();
        new RunStore(folder.Path).Save(Key, Result);
        var back = new RunStore(folder.Path).Find(Key)!;
        Assert.Equal(1.5, back.Seconds);
        Assert.Equal([1, 0.1, double.NaN, 1e-300, double.NaN], back["numbers"]);
        Assert.Empty(back["none"]);
        Assert.Null(new RunStore(folder.Path).Find(new RunKey("counting", 2)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{\"kind\":\"counting\",\"settings\":{\"version\":\"1\"},\"seconds\":1,\"series\":{}}")]
    [InlineData("{\"kind\":\"counting\",\"settings\":")]
    public void A_damaged_or_foreign_file_counts_as_missing(string content)
    {
        using var folder = new TemporaryFolder();
        new RunStore(folder.Path).Save(Key, Result);
        File.WriteAllText(Directory.GetFiles(folder.Path, "*.json", SearchOption.AllDirectories).Single(), content);
        Assert.Null(new RunStore(folder.Path).Find(Key));
    }
}
