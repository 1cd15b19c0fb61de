using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Initializers;

namespace Evenkeel.Layers;

/// <summary>How the recurrent layers build their part of a graph: one product over all samples and time steps, and the recurrence behind it.</summary>
/// <remarks>
/// Input <c>[N, T, F]</c>; images <c>[N, H, W, C]</c> are read row by row, as H steps of W * C numbers. Parameters as in PyTorch, with weights <c>[inputs, gates * units]</c>:
/// <c>weight_ih_l0</c>, <c>weight_hh_l0</c>, <c>bias_ih_l0</c>, <c>bias_hh_l0</c>; with a normalisation <c>norm_ih_l0.gamma</c> and <c>.beta</c>, <c>norm_hh_l0.gamma</c>, <c>norm_c_l0.gamma</c> and <c>.beta</c>.
/// </remarks>
internal static class RecurrentParts
{
    public static Value Build(BuildScope scope, Value input, RecurrentCell cell, int units, RecurrentOptions options)
    {
        if (units < 1) throw LayerErrors.BadOption(scope.Where, "units", units, "at least 1", "A layer of 128 units gives 128 numbers per sample and time step.");
        if (!(options.Epsilon > 0 && float.IsFinite(options.Epsilon))) throw LayerErrors.BadOption(scope.Where, "epsilon", options.Epsilon, "a finite number above 0", "The default is 1e-5.");
        if (options.IsBatch && options.RunningAverage is { Rate: 0, StartsCumulative: false }) throw LayerErrors.BadOption(scope.Where, "a running average without a rate", "one that moves", "Use RunningAverage.UpdateRate(0.1f).");
        var sequence = Sequences.Of(scope, input);
        var mask = Sequences.MaskOf(scope, sequence);
        if (mask is not null && options.IsBatch) throw LayerErrors.BadOption(scope.Where, "batch normalisation inside the cell of padded sequences", "layer normalisation or none", "Steps of padding would count among the statistics; put a BatchNorm behind the layer, which leaves them out.");
        if (mask is not null && options.CarriesState) throw LayerErrors.BadOption(scope.Where, "a carried state of padded sequences", "sequences without padding", "What follows a sequence's end does not go on from it.");
        var columns = checked(RecurrentNode.GatesOf(cell) * units);
        var bound = 1 / MathF.Sqrt(units);
        var even = new Uniform(-bound, bound);
        var projected = new MatrixProductNode(scope.NameOf("input"), sequence, scope.Parameter("weight_ih_l0", Shape.Of(sequence.Shape.Channels, columns), options.InputInitializer ?? even, decays: true)).Output;
        var weight = scope.Parameter("weight_hh_l0", Shape.Of(units, columns), options.RecurrentInitializer ?? even, decays: true);
        var normalizes = options.Normalization != RecurrentNormalization.None;
        var first = cell == RecurrentCell.Lstm && options.ForgetBias != 0 ? new ForgetBias(normalizes ? Constant.Zero : even, options.ForgetBias) : normalizes ? Constant.Zero : (Initializer)even;
        Value? Carried(string part) => options.CarriesState ? new CarriedNode(scope.NameOf(part), Shape.Batch(units)).Output : null;
        var extras = new RecurrentInputs { InitialHidden = Carried("carried_h"), InitialCell = cell == RecurrentCell.Lstm ? Carried("carried_c") : null };
        if (normalizes)
        {
            projected = NormalizeInput(scope, projected, options, first);
            var node = new RecurrentNode(scope.Name, cell, projected, weight, extras with { Norm = Norm(scope, cell, units, columns, sequence.Shape.Sizes[0], options) });
            return Choose(scope, node, mask, options);
        }

        Value? bias = null;
        if (options.HasBias)
        {
            projected = new BiasAddNode(scope.NameOf("bias_ih"), projected, scope.Parameter("bias_ih_l0", Shape.Of(columns), first, decays: false)).Output;
            bias = scope.Parameter("bias_hh_l0", Shape.Of(columns), even, decays: false);
        }

        return Choose(scope, new RecurrentNode(scope.Name, cell, projected, weight, extras with { Bias = bias }), mask, options);
    }

    private static Value Choose(BuildScope scope, RecurrentNode node, Value? mask, RecurrentOptions options)
    {
        if (options.Output == RecurrentOutput.Sequence) return node.Output;
        return mask is null ? node.LastHidden : new SequencePoolNode(scope.NameOf("last"), node.Output, mask, SequencePooling.Last).Output;
    }

    /// <summary>The product with the input, normalised in front of the recurrence; its beta is the gates' bias.</summary>
    private static Value NormalizeInput(BuildScope scope, Value projected, RecurrentOptions options, Initializer first)
    {
        const string Part = "norm_ih_l0";
        var channels = Shape.Of(projected.Shape.Channels);
        var gamma = scope.Parameter($"{Part}.gamma", channels, new Constant(options.FirstGamma), decays: false);
        var beta = options.HasBias ? scope.Parameter($"{Part}.beta", channels, first, decays: false) : null;
        var name = scope.NameOf(Part);
        if (options.Normalization == RecurrentNormalization.Layer) return new LayerNormNode(name, projected, gamma, beta, options.Epsilon).Output;
        if (options.Normalization == RecurrentNormalization.BatchShared)
        {
            var shared = States(scope, Part, channels);
            return new BatchNormNode(name, projected, gamma, beta, shared.Mean, shared.Variance, shared.Weight, options.BatchNorm).Output;
        }

        // Every unit of every time step is a channel of its own; gamma and beta are those of the unit.
        var (steps, wide) = (projected.Shape.Sizes[0], Shape.Of(checked((int)projected.Shape.ElementsPerSample)));
        var running = States(scope, Part, wide);
        var flat = new ReshapeNode($"{name}.steps", projected, Shape.Batch(wide.Channels)).Output;
        var normalized = new BatchNormNode(
            name, flat, new RepeatNode($"{name}.gammas", gamma, steps).Output, beta is null ? null : new RepeatNode($"{name}.betas", beta, steps).Output, running.Mean, running.Variance, running.Weight, options.BatchNorm).Output;
        return new ReshapeNode($"{name}.sequence", normalized, projected.Shape).Output;
    }

    private static RecurrentNorm Norm(BuildScope scope, RecurrentCell cell, int units, int columns, int steps, RecurrentOptions options)
    {
        var perStep = options.Normalization == RecurrentNormalization.BatchPerStep;
        Shape Wide(int channels) => perStep ? Shape.Of(steps, channels) : Shape.Of(channels);
        var cells = cell == RecurrentCell.Lstm && options.NormalizesCell;
        var gamma = new Constant(options.FirstGamma);
        return new RecurrentNorm
        {
            IsLayer = !options.IsBatch,
            PerStep = perStep,
            Options = options.BatchNorm,
            HiddenGamma = scope.Parameter("norm_hh_l0.gamma", Shape.Of(columns), gamma, decays: false),
            CellGamma = cells ? scope.Parameter("norm_c_l0.gamma", Shape.Of(units), gamma, decays: false) : null,
            CellBeta = cells ? scope.Parameter("norm_c_l0.beta", Shape.Of(units), Constant.Zero, decays: false) : null,
            Hidden = options.IsBatch ? States(scope, "norm_hh_l0", Wide(columns)) : null,
            Cell = options.IsBatch && cells ? States(scope, "norm_c_l0", Wide(units)) : null,
        };
    }

    private static RunningValues States(BuildScope scope, string part, Shape shape) => new(
        scope.State($"{part}.running_mean", shape, Constant.Zero),
        scope.State($"{part}.running_variance", shape, Constant.Zero),
        scope.State($"{part}.running_weight", Shape.Of(2), Constant.Zero));

    /// <summary>Another initialiser's numbers, and something on top for the second of four gates.</summary>
    private sealed class ForgetBias(Initializer first, float extra) : Initializer
    {
        public override void Fill(Span<float> values, Shape shape, ulong seed, string name)
        {
            first.Fill(values, shape, seed, name);
            foreach (ref var value in values[(values.Length / 4)..(values.Length / 2)]) value += extra;
        }
    }
}
