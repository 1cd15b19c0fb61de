using Evenkeel.Engine.Execution;
using Evenkeel.Engine.Lowering;
using Evenkeel.Engine.Planning;
using Evenkeel.Graph.Nodes;

namespace Evenkeel.Engine.Steps;

/// <summary>What the backward passes of normalisations of samples touch; every piece sums dgamma and dbeta for itself.</summary>
public abstract class SampleNormBackwardStep : SampleStep
{
    private protected SampleNormBackwardStep(SampleNormBackwardNode node, LoweringContext context)
        : base(node.Name, node.InputCotangent.Shape, context)
    {
        (Cotangent, Input, Saved) = (context.BufferOf(node.Inputs[0]), context.BufferOf(node.Inputs[1]), context.BufferOf(node.Inputs[2]));
        Gamma = node.Gamma is { } gamma ? context.BufferOf(gamma) : null;
        InputCotangent = context.IsUsed(node.InputCotangent) ? context.BufferOf(node.InputCotangent) : null;

        // Two rows of doubles per piece.
        Sums = context.NewWorkspace($"{node.Name}.sums", 4L * Shape.Channels * Pieces(0, context.Capacity));
    }

    private protected PlanBuffer Cotangent { get; private set; }

    private protected PlanBuffer Input { get; private set; }

    /// <summary>What the forward pass left.</summary>
    private protected PlanBuffer Saved { get; }

    private protected PlanBuffer? Gamma { get; }

    /// <summary>dx, where wanted.</summary>
    private protected PlanBuffer? InputCotangent { get; private set; }

    /// <summary>dgamma and dbeta of every piece.</summary>
    private protected PlanBuffer Sums { get; }

    /// <inheritdoc/>
    public sealed override IEnumerable<Access> Reads
    {
        get
        {
            yield return OfSamples(Cotangent);
            yield return OfSamples(Input);
            yield return OfSamples(Saved);
            if (Gamma is not null) yield return new(Gamma, false);
        }
    }

    /// <inheritdoc/>
    public sealed override IEnumerable<Access> Writes => InputCotangent is null ? [new(Sums, false)] : [new(Sums, false), OfSamples(InputCotangent)];

    /// <inheritdoc/>
    public sealed override PlanBuffer? InPlaceSource(PlanBuffer written) => written == InputCotangent ? Cotangent : null;

    /// <inheritdoc/>
    public sealed override void Replace(PlanBuffer buffer, PlanBuffer by)
    {
        if (Cotangent == buffer) Cotangent = by;
        if (Input == buffer) Input = by;
        if (InputCotangent == buffer) InputCotangent = by;
    }

    /// <summary>Adds the step, and the one that adds up what its pieces summed.</summary>
    private protected static void Add(SampleNormBackwardStep step, SampleNormBackwardNode node, LoweringContext context)
    {
        context.Add(step);
        var gamma = context.IsUsed(node.GammaCotangent) ? context.BufferOf(node.GammaCotangent) : null;
        var beta = context.IsUsed(node.BetaCotangent) ? context.BufferOf(node.BetaCotangent) : null;
        if (gamma is not null || beta is not null) context.Add(new SlotSumStep(step, step.Sums, step.Shape.Channels, gamma, beta));
    }

    /// <summary>The piece's sums, zero where the piece begins.</summary>
    private protected unsafe double* SumsOf(Frame frame, in Part part, bool opens)
    {
        var sums = frame.Doubles(Sums) + (2L * Shape.Channels * part.Piece);
        if (opens) new Span<double>(sums, 2 * Shape.Channels).Clear();
        return sums;
    }
}
