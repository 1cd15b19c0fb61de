using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Configuration;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Layers.Initializers;

/// <summary>A random matrix whose rows or columns, whichever are fewer, are orthogonal and of length <c>gain</c>: signals and gradients keep their length through many linear layers.</summary>
/// <remarks>
/// Saxe, McClelland and Ganguli, arXiv 1312.6120, section 3. The matrix is Q of <c>A = Q R</c> for normal A with the diagonal of R positive, which spreads Q evenly over all orthogonal
/// matrices (Mezzadri, math-ph/0609050); as in PyTorch. A weight <c>[h, w, inputs, outputs]</c> counts as <c>[h w inputs, outputs]</c>. Householder reflections in double; a function of seed, name and shape.
/// </remarks>
public sealed class Orthogonal : Initializer
{
    /// <summary>Creates the initialiser.</summary>
    /// <param name="gain">The length of the vectors, above 0. Default 1; <see cref="Gains.Of"/> has the usual ones.</param>
    /// <exception cref="LayerException">EK0120: the gain is not a finite number above 0.</exception>
    public Orthogonal(float gain = 1) =>
        Gain = gain > 0 && float.IsFinite(gain) ? gain : throw LayerErrors.BadOption(nameof(Orthogonal), "gain", gain, "a finite number above 0", "Use 1, or sqrt 2 before ReLU.");

    /// <summary>The length of the vectors.</summary>
    public float Gain { get; }

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: the shape has no rows and columns.</exception>
    public override void Fill(Span<float> values, Shape shape, ulong seed, string name)
    {
        if (shape.IsBatched || shape.Rank < 2)
            throw LayerErrors.BadOption(nameof(Orthogonal), $"shape {shape}", "[inputs, outputs] or [h, w, inputs, outputs]", "Use Normal, Uniform or Constant for other tensors.");
        new RandomStream(seed, name).FillNormal(values);
        int columns = shape.Channels, rows = values.Length / columns;

        // Vectors are the columns of the tall form, each contiguous.
        var (count, length) = (Math.Min(rows, columns), Math.Max(rows, columns));
        var vectors = new double[count][];
        for (var i = 0; i < count; i++)
        {
            vectors[i] = new double[length];
            for (var j = 0; j < length; j++) vectors[i][j] = rows >= columns ? values[(j * columns) + i] : values[(i * columns) + j];
        }

        var orthogonal = Orthogonalize(vectors);
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < length; j++) values[rows >= columns ? (j * columns) + i : (i * columns) + j] = (float)(Gain * orthogonal[i][j]);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"orthogonal(gain {Gain})");

    internal static Orthogonal Read(OptionReader options) => new(options.Number("gain", 1));

    internal static void Write(Orthogonal initializer, OptionWriter options) => options.Number("gain", initializer.Gain);

    /// <summary>The columns of Q; those of A are overwritten by the reflections' vectors.</summary>
    private static double[][] Orthogonalize(double[][] vectors)
    {
        var signs = new double[vectors.Length];
        for (var k = 0; k < vectors.Length; k++)
        {
            // Reflects column k onto its k-th axis; the sign of the image avoids cancellation, and is R's diagonal.
            var vector = vectors[k].AsSpan(k);
            var length = Math.Sqrt(Dot(vector, vector));
            signs[k] = vector[0] > 0 ? -1 : 1;
            vector[0] -= signs[k] * length;
            var norm = Math.Sqrt(Dot(vector, vector));
            for (var i = 0; norm > 0 && i < vector.Length; i++) vector[i] /= norm;
            for (var j = k + 1; j < vectors.Length; j++) Reflect(vectors[j].AsSpan(k), vector);
        }

        var result = new double[vectors.Length][];
        for (var column = 0; column < vectors.Length; column++)
        {
            result[column] = new double[vectors[0].Length];
            result[column][column] = signs[column];
            for (var k = column; k >= 0; k--) Reflect(result[column].AsSpan(k), vectors[k].AsSpan(k));
        }

        return result;
    }

    /// <summary><c>x -= 2 v (v . x)</c> for v of length 1.</summary>
    private static void Reflect(Span<double> x, ReadOnlySpan<double> v)
    {
        var factor = 2 * Dot(x, v);
        for (var i = 0; i < x.Length; i++) x[i] -= factor * v[i];
    }

    /// <summary>Four interleaved chains, added in order.</summary>
    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        var i = 0;
        for (; i + 4 <= a.Length; i += 4)
        {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
        }

        for (; i < a.Length; i++) s0 += a[i] * b[i];
        return s0 + s1 + (s2 + s3);
    }
}
