using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Configuration;
using Evenkeel.Layers.Initializers;

namespace Evenkeel.Layers;

/// <summary>Self-attention of several heads, <c>softmax(Q K^T / sqrt(d) + mask) V</c> and a product behind it; a sequence <c>[N, T, units]</c> to one of the same shape. Inside <see cref="Masked"/> padding is looked at by nobody.</summary>
/// <remarks>
/// Vaswani et al., arXiv 1706.03762, section 3.2.2. Parameters as in PyTorch: <c>in_proj_weight [units, 3 units]</c> for queries, keys and values, <c>in_proj_bias</c>, <c>out_proj.weight [units, units]</c>, <c>out_proj.bias</c>.
/// First biases are 0. The weights of keys are not dropped out.
/// </remarks>
public sealed class MultiHeadAttention : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="heads">How many heads, a divisor of the input's features; checked when a model is built.</param>
    /// <param name="isCausal">Whether a step sees itself and those before it alone. Default no.</param>
    /// <param name="weightInitializer">The first weights; null (default) for Glorot's uniform distribution, as in PyTorch.</param>
    public MultiHeadAttention(int heads, bool isCausal = false, Initializer? weightInitializer = null) => (Heads, IsCausal, WeightInitializer) = (heads, isCausal, weightInitializer ?? Glorot.Uniform);

    /// <summary>How many heads.</summary>
    public int Heads { get; }

    /// <summary>Whether a step sees itself and those before it alone.</summary>
    public bool IsCausal { get; }

    /// <summary>The first weights.</summary>
    public Initializer WeightInitializer { get; }

    /// <inheritdoc/>
    public override string Kind => "multi_head_attention";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: the heads do not divide the features. EK0121: the input is no sequence.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        var sequence = Sequences.Of(scope, input);
        var units = sequence.Shape.Channels;
        if (Heads < 1 || units % Heads != 0) throw LayerErrors.BadOption(scope.Where, "heads", Heads, $"a divisor of the {units} features", "16 to 64 features per head are usual.");
        var product = new MatrixProductNode(scope.NameOf("in_proj"), sequence, scope.Parameter("in_proj_weight", Shape.Of(units, 3 * units), WeightInitializer, decays: true)).Output;
        var projected = new BiasAddNode(scope.NameOf("in_proj.bias"), product, scope.Parameter("in_proj_bias", Shape.Of(3 * units), Constant.Zero, decays: false)).Output;
        var attended = new AttentionNode(scope.Name, projected, Sequences.MaskOf(scope, sequence), Heads, IsCausal).Output;
        return scope.Apply("out_proj", new Dense(units, new DenseOptions { Bias = BiasUse.Always, WeightInitializer = WeightInitializer }), attended);
    }

    internal static MultiHeadAttention Read(OptionReader options) => new(options.Integer("heads"), options.Flag("is_causal", false), options.OptionalInitializer("weight_initializer"));

    internal static void Write(MultiHeadAttention layer, OptionWriter options)
    {
        options.Integer("heads", layer.Heads);
        options.Flag("is_causal", layer.IsCausal);
        options.Initializer("weight_initializer", layer.WeightInitializer);
    }
}
