using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>What normalisations without running statistics ask of their inputs.</summary>
internal static class PerChannel
{
    /// <summary>The input with gamma and beta where they exist, checked.</summary>
    public static Value[] Inputs(string name, Value input, float epsilon, Value? gamma, Value? beta)
    {
        if (!(epsilon > 0 && float.IsFinite(epsilon))) throw GraphException.BadOption(name, $"epsilon {epsilon}", "a finite number above 0", "The default is 1e-5.");
        if (!input.Shape.IsBatched || input.Shape.Rank < 2) throw GraphException.ShapeMismatch(name, $"input {input.Shape}", "[N, ..., channels]", "A normalisation needs a batch with channels.");
        foreach (var value in (ReadOnlySpan<Value?>)[gamma, beta])
        {
            if (value is not null && value.Shape != Shape.Of(input.Shape.Channels))
                throw GraphException.ShapeMismatch(name, $"{value}", $"[{input.Shape.Channels}], one number per channel of {input.Shape}", "Give gamma and beta the size of the last dimension.");
        }

        return [input, .. gamma is null ? Array.Empty<Value>() : [gamma], .. beta is null ? Array.Empty<Value>() : [beta]];
    }
}
