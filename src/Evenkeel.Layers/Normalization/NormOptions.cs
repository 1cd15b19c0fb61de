using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>What can be chosen about a normalisation without running statistics.</summary>
public sealed record NormOptions
{
    /// <summary>Learnt gamma and beta, epsilon 1e-5.</summary>
    public static NormOptions Default { get; } = new();

    /// <summary>Added below the root, above 0. Default 1e-5, as in PyTorch.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>Gamma. Default learnt from 1.</summary>
    public AffineParameter Scale { get; init; } = AffineParameter.On;

    /// <summary>Beta. Default learnt from 0.</summary>
    public AffineParameter Shift { get; init; } = AffineParameter.On;

    internal void Check(BuildScope scope, Value input)
    {
        if (!(Epsilon > 0 && float.IsFinite(Epsilon))) throw LayerErrors.BadOption(scope.Where, "epsilon", Epsilon, "a finite number above 0", "The default is 1e-5.");
        if (!input.Shape.IsBatched || input.Shape.Rank < 2) throw LayerErrors.BadInput(scope.Where, input.Shape, "[N, ..., channels]", "A normalisation needs a batch with channels.");
    }

    internal Value? Gamma(BuildScope scope, Value input) => Parameter(scope, "gamma", input, Scale, 1);

    internal Value? Beta(BuildScope scope, Value input) => Parameter(scope, "beta", input, Shift, 0);

    internal static NormOptions Read(OptionReader options) => new()
    {
        Epsilon = options.Number("epsilon", Default.Epsilon),
        Scale = BatchNormConfiguration.ReadAffine(options, "scale", Default.Scale),
        Shift = BatchNormConfiguration.ReadAffine(options, "shift", Default.Shift),
    };

    internal void Write(OptionWriter options)
    {
        options.Number("epsilon", Epsilon);
        BatchNormConfiguration.Write(options, "scale", Scale);
        BatchNormConfiguration.Write(options, "shift", Shift);
    }

    private static Value? Parameter(BuildScope scope, string part, Value input, AffineParameter parameter, float usual) =>
        parameter.IsPresent ? scope.Parameter(part, Shape.Of(input.Shape.Channels), new Constant(parameter.Initial ?? usual), decays: false, parameter.IsTrained) : null;
}
