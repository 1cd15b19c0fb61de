using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Layers;

/// <summary>The weights of layers with a product: stored as they are, or standardised or normalised on the way, unit by unit or all together.</summary>
internal static class WeightParameters
{
    /// <summary>What the product uses.</summary>
    public static Value Create(BuildScope scope, Shape shape, Initializer initializer, WeightReparametrization kind, bool isTrainable = true)
    {
        var weight = scope.Parameter("weight", shape, initializer, decays: true, isTrainable);
        if (kind == WeightReparametrization.None) return weight;
        if (kind == WeightReparametrization.Spectral)
        {
            var (units, name) = (shape.Channels, scope.NameOf("weight"));
            Value Vector(string part, int count, bool isLeft) => scope.State(part, Shape.Of(count), new SingularVector(initializer, shape, name, isLeft));
            return new SpectralNormNode(scope.NameOf("spectral_norm"), weight, Vector("spectral_v", checked((int)(shape.ElementsPerSample / units)), true), Vector("spectral_u", units, false)).Output;
        }

        var gain = kind == WeightReparametrization.Normalized ? scope.Parameter("gain", Shape.Of(shape.Channels), new Lengths(initializer, shape, scope.NameOf("weight")), decays: false, isTrainable) : null;
        return new WeightNormNode(scope.NameOf("weight_norm"), weight, gain, kind).Output;
    }

    /// <summary>The length of every unit's first weights.</summary>
    private sealed class Lengths(Initializer initializer, Shape shape, string weight) : Initializer
    {
        public override void Fill(Span<float> values, Shape ownShape, ulong seed, string name)
        {
            var weights = new float[shape.ElementsPerSample];
            initializer.Fill(weights, shape, seed, weight);
            var squares = new double[values.Length];
            for (var i = 0; i < weights.Length; i++) squares[i % squares.Length] += (double)weights[i] * weights[i];
            for (var unit = 0; unit < values.Length; unit++) values[unit] = (float)Math.Sqrt(squares[unit]);
        }
    }
}
