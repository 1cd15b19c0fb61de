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
}
