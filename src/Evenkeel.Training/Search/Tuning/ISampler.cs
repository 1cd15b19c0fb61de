using System.Collections.Immutable;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Training.Search.Tuning;

/// <summary>Chooses the values of a trial; a function of its arguments alone.</summary>
public interface ISampler
{
    /// <summary>Chooses.</summary>
    /// <param name="space">What may be chosen.</param>
    /// <param name="number">The trial's number, from 0.</param>
    /// <param name="trials">The trials so far, those that run included.</param>
    /// <param name="stream">Random numbers; the trial's are those of row <paramref name="number"/>.</param>
    /// <returns>A value per parameter.</returns>
    ImmutableArray<double> Suggest(SearchSpace space, int number, IReadOnlyList<StudyTrial> trials, RandomStream stream);
}

/// <summary>Uniform random values, each on its parameter's scale (Bergstra and Bengio, JMLR 13, 2012).</summary>
public sealed class RandomSampler : ISampler
{
    /// <summary>Its name.</summary>
    public const string TableName = "random";

    /// <inheritdoc/>
    public ImmutableArray<double> Suggest(SearchSpace space, int number, IReadOnlyList<StudyTrial> trials, RandomStream stream) =>
        [.. space.Parameters.Select((parameter, index) => parameter.FromUnit(stream.Uniform((ulong)index, (ulong)number)))];
}

/// <summary>Quasi-random values: Halton's sequence, whose points keep their distance, shifted as a whole by a random vector (Cranley and Patterson 1976).</summary>
/// <remarks>Coordinate i of point k mirrors the digits of k in the i-th prime base at the point.</remarks>
public sealed class HaltonSampler : ISampler
{
    /// <summary>Its name.</summary>
    public const string TableName = "halton";

    // The first points of high bases lie close to 0 together.
    private const int Skipped = 20;

    /// <inheritdoc/>
    public ImmutableArray<double> Suggest(SearchSpace space, int number, IReadOnlyList<StudyTrial> trials, RandomStream stream)
    {
        var values = ImmutableArray.CreateBuilder<double>(space.Parameters.Length);
        var prime = 1;
        for (var i = 0; i < space.Parameters.Length; i++)
        {
            do prime++; while (!IsPrime(prime));
            var unit = Mirrored(number + Skipped, prime) + stream.Uniform((ulong)i, ulong.MaxValue);
            values.Add(space.Parameters[i].FromUnit(unit - Math.Floor(unit)));
        }

        return values.MoveToImmutable();
    }

    internal static double Mirrored(int number, int radix)
    {
        double result = 0, share = 1.0 / radix;
        for (; number > 0; number /= radix, share /= radix) result += number % radix * share;
        return result;
    }

    private static bool IsPrime(int number)
    {
        for (var divisor = 2; divisor * divisor <= number; divisor++)
        {
            if (number % divisor == 0) return false;
        }

        return true;
    }
}
