using Evenkeel.Lab.Trials;

namespace Evenkeel.Lab.Tests.Trials;

public sealed class CopySequenceTests
{
    [Fact]
    public void Repeated_sequences_have_the_lengths_of_the_papers_table()
    {
        var (sequence, lengths) = (new CopySequence(1, 1), new List<int>());
        for (var i = 0; i < 14; i++, sequence = sequence.Longer) lengths.Add(sequence.Length);
        Assert.Equal([5, 7, 9, 12, 15, 19, 23, 28, 33, 39, 45, 52, 59, 67], lengths);
    }

    [Fact]
    public void A_plain_sequence_shows_its_bits_and_asks_for_them_under_a_flag()
    {
        var (inputs, answers) = Read(new CopySequence(3, 0), [1, 0, 1], 8);
        Assert.Equal(["1 0", "-1 0", "1 0", "0 1", "0 1", "0 1", "0 0", "0 0"], inputs);
        Assert.Equal(["-", "-", "-", "1", "0", "1", "-", "-"], answers);
        Assert.Equal(new CopySequence(4, 0), new CopySequence(3, 0).Longer);
    }

    [Fact]
    public void A_repeated_sequence_says_how_often_and_asks_for_the_end()
    {
        var (inputs, answers) = Read(new CopySequence(2, 3), [0, 1], 13);
        Assert.Equal(["0 1 0", "-1 0 0", "1 0 0", "0 0 0.3", .. Enumerable.Repeat("0 0 0", 9)], inputs);
        Assert.Equal(["- -", "- -", "- -", "- -", "0 0", "1 0", "0 0", "1 0", "0 0", "1 0", "- 1", "- -", "- -"], answers);
        Assert.Equal((11, 7), (new CopySequence(2, 3).Steps, new CopySequence(2, 3).Asked));
    }

    private static (string[] Inputs, string[] Answers) Read(CopySequence sequence, int[] bits, int steps)
    {
        var (inputs, answers) = (new string[steps], new string[steps]);
        for (var step = 0; step < steps; step++)
        {
            var shown = new float[sequence.Features];
            sequence.Show(step, bits, shown);
            inputs[step] = string.Join(' ', shown.Select(static value => FormattableString.Invariant($"{value:0.#}")));
            answers[step] = string.Join(' ', Enumerable.Range(0, sequence.Outputs).Select(output => sequence.Answer(step, output, bits) is { } bit ? FormattableString.Invariant($"{bit}") : "-"));
        }

        return (inputs, answers);
    }
}
