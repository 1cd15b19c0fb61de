using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Lab.Trials;

/// <summary>A text made by program, which stands in for the Penn Treebank: the treebank is licensed, and this one needs no file and is the same everywhere.</summary>
/// <remarks>
/// <see cref="Words"/> words of one to three syllables. A word is followed by one of <see cref="Followers"/> words that are its own (the k-th of them in proportion to 1/k) or, in one of five cases, by any word by Zipf's law.
/// A sentence is about one of <see cref="Topics"/> topics, of which its words are: so what comes next depends on words before the last one. Some sentences are spoken: their marks must be closed.
/// </remarks>
internal static class CharacterCorpus
{
    public const int Words = 160;
    public const int Followers = 8;
    public const int Topics = 4;

    /// <summary>All characters, in the order of their numbers.</summary>
    public const string Alphabet = " .,\"abcdefghiklmnoprstuvz";

    private const string Consonants = "bcdfghklmnprstvz";
    private const string Vowels = "aeiou";
    private const double AnyWord = 0.2;
    private const double Spoken = 0.2;
    private const int MostWordsOfASentence = 12;
    private const ulong Lexicon = 2016;

    /// <summary>A text.</summary>
    /// <param name="part">Which one; other names are other texts of the same language.</param>
    /// <param name="length">Characters.</param>
    /// <returns>The numbers of the characters in <see cref="Alphabet"/>.</returns>
    public static byte[] Text(string part, int length)
    {
        var (words, followers) = (MakeWords(), MakeFollowers());
        var random = new Draws(new RandomStream(Lexicon, $"text/{part}"));
        var text = new List<byte>(length + 100);
        while (text.Count < length) AddSentence(text, words, followers, random);
        return [.. text[..length]];
    }

    /// <summary>A text that can be read.</summary>
    public static string Read(ReadOnlySpan<byte> text)
    {
        var letters = new char[text.Length];
        for (var i = 0; i < letters.Length; i++) letters[i] = Alphabet[text[i]];
        return new string(letters);
    }

    private static void AddSentence(List<byte> text, string[] words, int[][] followers, Draws random)
    {
        var (topic, isSpoken, count) = (random.Below(Topics), random.Unit() < Spoken, 3 + random.Below(MostWordsOfASentence - 2));
        if (isSpoken) Add(text, "\"");
        var word = OfTopic(random.Zipf(Words / Topics), topic);
        for (var i = 0; i < count; i++)
        {
            if (i > 0) Add(text, i == 4 ? ", " : " ");
            Add(text, words[word]);
            word = OfTopic(random.Unit() < AnyWord ? random.Zipf(Words / Topics) : followers[word][random.Zipf(Followers)] / Topics, topic);
        }

        Add(text, isSpoken ? ".\" " : ". ");
    }

    private static int OfTopic(int rank, int topic) => (rank * Topics) + topic;

    private static void Add(List<byte> text, string letters)
    {
        foreach (var letter in letters) text.Add((byte)Alphabet.IndexOf(letter, StringComparison.Ordinal));
    }

    private static string[] MakeWords()
    {
        var random = new Draws(new RandomStream(Lexicon, "words"));
        var words = new List<string>();
        while (words.Count < Words)
        {
            var word = "";
            for (var syllables = 1 + random.Below(3); syllables > 0; syllables--) word += $"{Consonants[random.Below(Consonants.Length)]}{Vowels[random.Below(Vowels.Length)]}";
            if (random.Unit() < 0.5) word += Consonants[random.Below(Consonants.Length)];
            if (!words.Contains(word)) words.Add(word);
        }

        return [.. words];
    }

    private static int[][] MakeFollowers()
    {
        var random = new Draws(new RandomStream(Lexicon, "followers"));
        return [.. Enumerable.Range(0, Words).Select(_ => Enumerable.Range(0, Followers).Select(_ => random.Below(Words)).ToArray())];
    }

    /// <summary>Draws one after another from a stream.</summary>
    private sealed class Draws(RandomStream stream)
    {
        private ulong _next;

        public float Unit() => stream.Uniform(_next++);

        public int Below(int count) => (int)(stream.Word(_next++) % (uint)count);

        /// <summary>From 0 on, the k-th in proportion to 1 / k.</summary>
        public int Zipf(int count)
        {
            var sum = 0.0;
            for (var k = 1; k <= count; k++) sum += 1.0 / k;
            var left = Unit() * sum;
            for (var k = 1; k < count; k++)
            {
                left -= 1.0 / k;
                if (left < 0) return k - 1;
            }

            return count - 1;
        }
    }
}
