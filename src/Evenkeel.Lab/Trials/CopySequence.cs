namespace Evenkeel.Lab.Trials;

/// <summary>A sequence of bits that is shown and then asked for: once, or several times.</summary>
/// <param name="Bits">N, how many bits are shown.</param>
/// <param name="Repeats">R, how often they are to be said; 0 for the plain task, which says them once and has no marks.</param>
/// <remarks>
/// Plain: N steps show a bit each, a flag stands over the N steps behind them, which ask for the bits. Repeated: a mark of the beginning, N bits, one step with R, the N R bits that are asked for, and a mark of the end that is to be said:
/// N + N R + 3 steps, which are the lengths in table 2 of Jaderberg et al. 2016 (5, 7, 19, 23, 33, 39, 59, 67) where N and R grow by turns.
/// </remarks>
internal readonly record struct CopySequence(int Bits, int Repeats)
{
    // Keeps the number of repeats about as large as the other inputs.
    private const float RepeatScale = 0.1f;

    /// <summary>Time steps.</summary>
    public int Steps => Repeats == 0 ? 2 * Bits : Bits + (Bits * Repeats) + 3;

    /// <summary>Numbers that are shown at a step: a bit, a mark and, where they are repeated, how often.</summary>
    public int Features => Repeats == 0 ? 2 : 3;

    /// <summary>Numbers that are said at a step: a bit and, where they are repeated, whether this is the end.</summary>
    public int Outputs => Repeats == 0 ? 1 : 2;

    /// <summary>Steps at which something is asked for.</summary>
    public int Asked => Repeats == 0 ? Bits : (Bits * Repeats) + 1;

    /// <summary>What the task calls its length: bits, or all steps where they are repeated.</summary>
    public int Length => Repeats == 0 ? Bits : Steps;

    /// <summary>The next longer one: N + 1, or by turns N + 1 and R + 1.</summary>
    public CopySequence Longer => Repeats == 0 || Bits == Repeats ? this with { Bits = Bits + 1 } : this with { Repeats = Repeats + 1 };

    /// <summary>Writes what a step shows over zeros.</summary>
    /// <param name="step">The step; nothing is shown behind the end.</param>
    /// <param name="bits">The bits, 0 or 1.</param>
    /// <param name="inputs">Receives it.</param>
    public void Show(int step, ReadOnlySpan<int> bits, Span<float> inputs)
    {
        var first = Repeats == 0 ? 0 : 1;
        if (step >= first && step < first + Bits) inputs[0] = (2 * bits[step - first]) - 1;
        else if (Repeats == 0 ? step < Steps : step == 0) inputs[1] = 1;
        else if (Repeats > 0 && step == Bits + 1) inputs[2] = RepeatScale * Repeats;
    }

    /// <summary>What is to be said at a step, 0 or 1; null where nothing is.</summary>
    /// <param name="step">The step.</param>
    /// <param name="output">Which number.</param>
    /// <param name="bits">The bits.</param>
    public int? Answer(int step, int output, ReadOnlySpan<int> bits)
    {
        var place = step - (Steps - Asked);
        if (place < 0 || place >= Asked) return null;
        var isEnd = Repeats > 0 && place == Asked - 1;
        if (output == 1) return isEnd ? 1 : 0;
        return isEnd ? null : bits[place % Bits];
    }
}
