using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Engine.Steps;

/// <summary>What normalisations of samples by their own statistics touch.</summary>
public abstract class SampleNormStep : SampleStep
{
    private protected SampleNormStep(SampleNormNode node, LoweringContext context)
        : base(node.Name, node.Output.Shape, context)
    {
        (Input, Output, Saved) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Output), context.BufferOf(node.Saved));
        Gamma = node.Gamma is { } gamma ? context.BufferOf(gamma) : null;
        Beta = node.Beta is { } beta ? context.BufferOf(beta) : null;
    }

    private protected PlanBuffer Input { get; private set; }

    private protected PlanBuffer? Gamma { get; }

    private protected PlanBuffer? Beta { get; }

    private protected PlanBuffer Output { get; private set; }

    /// <summary>What the backward pass reads.</summary>
    private protected PlanBuffer Saved { get; }

    /// <inheritdoc/>
    public sealed override IEnumerable<Access> Reads
    {
        get
        {
            yield return OfSamples(Input);
            if (Gamma is not null) yield return new(Gamma, false);
            if (Beta is not null) yield return new(Beta, false);
        }
    }

    /// <inheritdoc/>
    public sealed override IEnumerable<Access> Writes => [OfSamples(Output), OfSamples(Saved)];

    /// <inheritdoc/>
    public sealed override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (Input == buffer) Input = by;
        if (Output == buffer) Output = by;
    }
}
