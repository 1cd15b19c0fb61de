using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Layers;

/// <summary>A singular vector of a layer's first weights, of their largest singular value, so that spectral normalisation is right from the first step.</summary>
/// <param name="initializer">What fills the weights.</param>
/// <param name="shape">The weights' shape.</param>
/// <param name="weight">Their name.</param>
/// <param name="isLeft">Whether it is v, one number per row, and not u, one per unit.</param>
internal sealed class SingularVector(Initializer initializer, Shape shape, string weight, bool isLeft) : Initializer
{
    private const int Iterations = 15;

    public override void Fill(Span<float> values, Shape ownShape, ulong seed, string name)
    {
        var units = shape.Channels;
        var w = new float[shape.ElementsPerSample];
        initializer.Fill(w, shape, seed, weight);

        // Not the same everywhere, which some weights map to zero.
        var right = new double[units];
        for (var unit = 0; unit < units; unit++) right[unit] = 1 + ((double)unit / units);
        var left = new double[w.Length / units];
        for (var i = 0; i < Iterations; i++)
        {
            Array.Clear(left);
            for (var at = 0; at < w.Length; at++) left[at / units] += w[at] * right[at % units];
            Shorten(left);
            Array.Clear(right);
            for (var at = 0; at < w.Length; at++) right[at % units] += w[at] * left[at / units];
            Shorten(right);
        }

        var vector = isLeft ? left : right;
        for (var i = 0; i < values.Length; i++) values[i] = (float)vector[i];
    }

    /// <summary>Gives the vector the length 1; one of zeros, from weights of zeros, becomes a fixed one.</summary>
    private static void Shorten(double[] vector)
    {
        var length = Math.Sqrt(vector.Sum(static value => value * value));
        for (var i = 0; i < vector.Length; i++) vector[i] = length > 0 ? vector[i] / length : 1 / Math.Sqrt(vector.Length);
    }
}
