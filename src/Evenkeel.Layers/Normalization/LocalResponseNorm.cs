using Evenkeel.Graph.Nodes;
using Evenkeel.Layers.Configuration;

namespace Evenkeel.Layers;

/// <summary>Local response normalisation: <c>y = x / (k + alpha / n sum x^2)^beta</c> over the n channels around each channel; the same in training and evaluation. No parameters.</summary>
/// <remarks>Krizhevsky, Sutskever and Hinton 2012, section 3.3, with alpha divided by n as in Caffe and PyTorch's <c>LocalResponseNorm</c> (there k is 1 unless told). Batch-normalised networks do without it (Ioffe and Szegedy 2015, section 4.2.1).</remarks>
public sealed class LocalResponseNorm : Layer
{
    private const int UsualSize = 5;
    private const float UsualAlpha = 1e-4f, UsualBeta = 0.75f, UsualBias = 2;

    /// <summary>Creates the layer; numbers are checked when a model is built.</summary>
    /// <param name="size">n, an odd number of channels. Default 5.</param>
    /// <param name="alpha">What multiplies the mean square, at least 0. Default 1e-4.</param>
    /// <param name="beta">The power, at least 0. Default 0.75.</param>
    /// <param name="bias">k, above 0. Default 2, as in the paper.</param>
    public LocalResponseNorm(int size = UsualSize, float alpha = UsualAlpha, float beta = UsualBeta, float bias = UsualBias) => (Size, Alpha, Beta, Bias) = (size, alpha, beta, bias);

    /// <summary>Channels of a window.</summary>
    public int Size { get; }

    /// <summary>What multiplies the mean square.</summary>
    public float Alpha { get; }

    /// <summary>The power.</summary>
    public float Beta { get; }

    /// <summary>k.</summary>
    public float Bias { get; }

    /// <inheritdoc/>
    public override string Kind => "local_response_norm";

    /// <inheritdoc/>
    /// <exception cref="LayerException">EK0120: a number is out of its range. EK0121: the input has no batch with channels.</exception>
    public override Value Build(BuildScope scope, Value input)
    {
        if (Size < 1 || Size % 2 == 0) throw LayerErrors.BadOption(scope.Where, "window", Size, "an odd number of channels", "5 is usual.");
        if (!(Alpha >= 0 && float.IsFinite(Alpha))) throw LayerErrors.BadOption(scope.Where, "alpha", Alpha, "a finite number of at least 0", "1e-4 is usual.");
        if (!(Beta >= 0 && float.IsFinite(Beta))) throw LayerErrors.BadOption(scope.Where, "beta", Beta, "a finite number of at least 0", "0.75 is usual.");
        if (!(Bias > 0 && float.IsFinite(Bias))) throw LayerErrors.BadOption(scope.Where, "k", Bias, "a finite number above 0", "2 is usual.");
        if (!input.Shape.IsBatched || input.Shape.Rank < 2) throw LayerErrors.BadInput(scope.Where, input.Shape, "[N, ..., channels]", "A normalisation needs a batch with channels.");
        return new LocalResponseNormNode(scope.Name, input, Size, Alpha, Beta, Bias).Output;
    }

    internal static LocalResponseNorm Read(OptionReader options) =>
        new(options.Integer("size", UsualSize), options.Number("alpha", UsualAlpha), options.Number("beta", UsualBeta), options.Number("bias", UsualBias));

    internal static void Write(LocalResponseNorm layer, OptionWriter options)
    {
        options.Integer("size", layer.Size);
        options.Number("alpha", layer.Alpha);
        options.Number("beta", layer.Beta);
        options.Number("bias", layer.Bias);
    }
}
