using Evenkeel.Numerics.Text;

namespace Evenkeel.Numerics.Tests.Text;

public sealed class DidYouMeanTests
{
    private static readonly string[] Known = ["tanh", "sigmoid", "relu", "identity", "leaky_relu"];

    [Theory]
    [InlineData("sigmod", "sigmoid")]
    [InlineData("sgimoid", "sigmoid")]
    [InlineData("RELU", "relu")]
    [InlineData("rleu", "relu")]
    [InlineData("tan", "tanh")]
    [InlineData("leakyrelu", "leaky_relu")]
    public void A_slip_finds_the_name(string given, string expected) => Assert.Equal(expected, DidYouMean.Nearest(given, Known));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("softmax")]
    [InlineData("convolution")]
    public void Something_else_finds_nothing(string given) => Assert.Null(DidYouMean.Nearest(given, Known));

    [Fact]
    public void A_single_letter_is_not_offered_for_any_other_letter() => Assert.Null(DidYouMean.Nearest("b", ["a"]));

    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ab", "ba", 1)]
    [InlineData("abcdef", "abcdef", 0)]
    public void Distances_count_edits(string left, string right, int expected)
    {
        Assert.Equal(expected, DidYouMean.Distance(left, right));
        Assert.Equal(expected, DidYouMean.Distance(right, left));
    }

    [Fact]
    public void The_remedy_lists_what_there_is_in_order()
    {
        Assert.Equal("Did you mean 'relu'? Known: identity, leaky_relu, relu, sigmoid, tanh.", DidYouMean.Remedy("reluu", Known));
        Assert.Equal("Known: identity, leaky_relu, relu, sigmoid, tanh.", DidYouMean.Remedy("softmax", Known));
        Assert.Equal("There are none.", DidYouMean.Remedy("x", []));
    }

    [Fact]
    public void A_long_list_is_spared_where_a_name_is_near()
    {
        var many = Enumerable.Range(10, 17).Select(static number => $"layer{number}").ToArray();
        Assert.Equal("Did you mean 'layer20'?", DidYouMean.Remedy("layr20", many));
        Assert.StartsWith("Known: layer10, layer11, ", DidYouMean.Remedy("softmax", many), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_any_length_are_compared_by_their_beginnings() => Assert.Equal(128, DidYouMean.Distance(new string('a', 1 << 20), new string('b', 1 << 20)));

    [Fact]
    public void An_error_says_its_message_with_and_without_its_code()
    {
        var error = new EvenkeelException("EK0000", "[here] it failed.");
        Assert.Equal(("EK0000: [here] it failed.", "[here] it failed."), (error.Message, error.Explanation));
    }
}
