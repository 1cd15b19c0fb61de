using System.Text.RegularExpressions;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Trials;

namespace Evenkeel.Lab.Tests.Trials;

public sealed class LanguageTrialTests
{
    private static readonly LanguageTrial Trial = new() { Window = 4, Units = 16, BatchSize = 8, Rate = 0.01f, Characters = 4000, HeldOut = 800, Windows = 300, Checkpoints = 3, Seed = 1 };

    [Fact]
    public void The_text_is_the_same_everywhere_and_grows_at_its_end()
    {
        var text = CharacterCorpus.Text("training", 600);
        Assert.Equal(text[..200], CharacterCorpus.Text("training", 200));
        Assert.NotEqual(text[..200], CharacterCorpus.Text("held-out", 200));
        Assert.All(text, static character => Assert.InRange(character, 0, CharacterCorpus.Alphabet.Length - 1));
    }

    [Fact]
    public void The_text_is_sentences_of_known_words_whose_quotation_marks_close()
    {
        var text = CharacterCorpus.Read(CharacterCorpus.Text("training", 20_000));
        var (place, words, spoken) = (0, new HashSet<string>(), 0);
        foreach (Match sentence in Regex.Matches(text, "(\"?)([a-z]+(?:,? [a-z]+)*)\\.\\1 "))
        {
            Assert.Equal(place, sentence.Index);
            place += sentence.Length;
            words.UnionWith(sentence.Groups[2].Value.Replace(",", "", StringComparison.Ordinal).Split(' '));
            spoken += sentence.Groups[1].Length;
        }

        Assert.InRange(text.Length - place, 0, 200);
        Assert.InRange(words.Count, CharacterCorpus.Words / 2, CharacterCorpus.Words);
        Assert.True(spoken > 20);
    }

    [Fact]
    public void Letters_of_a_held_out_text_become_cheaper_than_by_their_frequencies()
    {
        var bits = Run(Trial)["bits"];
        var text = CharacterCorpus.Text("held-out", Trial.HeldOut);
        var entropy = text.GroupBy(static letter => letter).Select(group => (double)group.Count() / text.Length).Sum(static share => -share * Math.Log2(share));
        Assert.Equal(3, bits.Length);
        Assert.True(bits[2] < bits[0] && bits[2] < entropy - 0.3, FormattableString.Invariant($"{string.Join(", ", bits)} against {entropy}"));
    }

    [Fact]
    public void Reading_the_held_out_text_changes_nothing() => Assert.Equal(Run(Trial)["bits"][^1], Run(Trial with { Checkpoints = 1 })["bits"][^1]);

    [Fact]
    public void A_module_changes_what_is_learnt_unless_no_share_of_it_is_used()
    {
        Assert.Equal(Run(Trial)["bits"], Run(Trial with { Synthetic = true, Share = 0 })["bits"]);
        Assert.NotEqual(Run(Trial)["bits"], Run(Trial with { Synthetic = true })["bits"]);
        Assert.NotEqual(Run(Trial with { Synthetic = true })["bits"], Run(Trial with { Synthetic = true, Auxiliary = true })["bits"]);
    }

    [Fact]
    public void Every_setting_is_in_the_key()
    {
        LanguageTrial[] others =
        [
            Trial with { Window = 3 }, Trial with { Synthetic = true }, Trial with { Auxiliary = true }, Trial with { Share = 1 }, Trial with { Units = 8 }, Trial with { BatchSize = 4 }, Trial with { Rate = 1 },
            Trial with { Characters = 5000 }, Trial with { HeldOut = 900 }, Trial with { Windows = 4 }, Trial with { Checkpoints = 2 }, Trial with { Seed = 2 },
        ];
        Assert.Equal(others.Length + 1, others.Append(Trial).Select(static other => other.Key.Hash).Distinct().Count());
        Assert.Equal(others.Length, typeof(LanguageTrial).GetProperties().Count(static property => property.CanWrite));
    }

    private static IReadOnlyDictionary<string, double[]> Run(LanguageTrial trial) => trial.Run(new TrialContext(null, static _ => { }, CancellationToken.None));
}
