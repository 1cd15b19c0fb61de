namespace Evenkeel.TestKit;

/// <summary>The tolerances of the house, each with its reason. No test widens one in place: it names a new one here, or beside itself, and says why.</summary>
public static class Tolerances
{
    /// <summary>Half a unit in the last place of single precision, relative: 2^-24.</summary>
    public const double FloatUnit = 1.0 / (1 << 24);

    /// <summary>Half a unit in the last place of double precision, relative: 2^-53.</summary>
    public const double DoubleUnit = 1.0 / (1L << 53);

    /// <summary>Equal as numbers: for exact data and for results that only move values.</summary>
    public static readonly Tolerance Exact = new(0, 0, "the result is representable, or must be the same bits");

    /// <summary>One to four correctly rounded operations in single precision.</summary>
    public static readonly Tolerance FloatArithmetic = new(0, 8 * FloatUnit, "a handful of roundings of 2^-24 each");

    /// <summary>Approximated functions in single precision (exp, tanh, sigmoid, reciprocal root): 8 units in the last place, and 2^-24 near zero.</summary>
    public static readonly Tolerance FloatFunction = new(FloatUnit, 16 * FloatUnit, "polynomial approximations to a few units in the last place, absolute below one unit of 1");

    /// <summary>A normalised value, relative to <c>|gamma| max(1, |xhat|) + |beta|</c>: statistics correct to a rounding or two, a reciprocal root, three operations.</summary>
    public static readonly Tolerance FloatBatchNorm = new(0, 32 * FloatUnit, "rounded mean and scale, then three operations");

    /// <summary>Two double-precision formulas for one thing, relative to the largest value.</summary>
    public static readonly Tolerance DoubleFormula = new(0, 1e-12, "a few thousand roundings of 1.1e-16, in another order");

    /// <summary>The book against numbers that PyTorch made in double precision, relative to the largest value.</summary>
    public static readonly Tolerance Golden = new(1e-15, 1e-12, "the same formulas in double precision, in another order, over several steps");

    /// <summary>Analytic gradient against fourth-order central differences, relative to the largest gradient.</summary>
    public static readonly Tolerance Differences = new(0, 1e-8, "truncation h^4 f'''''/30 at h = 1e-3 and rounding 1e-16 f/h");

    /// <summary>A single-precision sum of so many terms in any order, relative to the sum of their magnitudes (<c>Reference.MatrixProduct.Scale</c>).</summary>
    /// <remarks>The worst case is <c>n u</c>; roundings of random sign walk, so <c>sqrt(n) u</c> with a factor for luck holds for the seeded data of a test and sees far smaller mistakes (Higham and Mary, 2019).</remarks>
    public static Tolerance FloatSum(long terms) => new(0, (8 + 4 * Math.Sqrt(terms)) * FloatUnit, $"random walk of {terms} roundings of 2^-24");
}
