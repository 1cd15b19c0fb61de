using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;

namespace Evenkeel.Engine.Steps;

/// <summary>A product with weights whose last dimension is the result's channels: it may take a bias, and batch normalisation behind it may be folded into it.</summary>
internal interface ILinearStep
{
    string Name { get; }

    /// <summary>The weights, <c>[..., channels]</c>.</summary>
    PlanBuffer Weights { get; }

    /// <summary>One number per channel of the result, where one was fused.</summary>
    PlanBuffer? Bias { get; set; }

    PlanBuffer Result { get; }

    /// <summary>Whether it adds a bias at no cost.</summary>
    bool TakesBias { get; }

    /// <summary>Whether its weights are parameters, stored as <see cref="Weights"/> says.</summary>
    bool IsFoldable { get; }

    /// <summary>Takes other weights, bias and result; the weights are made by a step of preparation that stands already.</summary>
    void Fold(PlanBuffer weights, PlanBuffer bias, PlanBuffer result, LoweringContext context);
}
