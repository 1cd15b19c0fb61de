using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;
using Evenkeel.Layers.Initializers;

namespace Evenkeel.Layers.Models;

/// <summary>What the convolutional networks of <see cref="ModelTable"/> are built of: lists of named layers that follow the options.</summary>
internal sealed class NetworkParts(ModelOptions options, string usualActivation = "relu")
{
    /// <summary>PyTorch's first weights of linear layers: even over +-1 / sqrt(inputs).</summary>
    public static readonly VarianceScaling Linear = new(MathF.Sqrt(1f / 3), FanMode.In, Spread.Uniform);

    public ModelOptions Options => options;

    public Layer Activation() => new Activation(options.Activation ?? usualActivation);

    /// <summary>A convolution whose padding keeps the size at stride 1.</summary>
    public Convolution Convolution(int filters, Size2 kernel, int stride = 1, int groups = 1, Initializer? initializer = null) => new(filters, kernel, new ConvolutionOptions
    {
        Stride = stride,
        Padding = (kernel.Height / 2, kernel.Width / 2),
        Groups = groups,
        Reparametrization = options.Weights,
        WeightInitializer = options.WeightInitializer ?? initializer ?? He.NormalFanOut,
    });

    /// <summary>Adds the normalisation, where there is one; <paramref name="gamma"/> where it does not start from 1.</summary>
    public void AddNorm(List<NamedLayer> layers, string name, float? gamma = null)
    {
        var request = new NormRequest { BatchNorm = options.BatchNorm, Scale = gamma is { } value ? AffineParameter.StartingAt(value) : null };
        if (options.Normalization.Create(request) is { } norm) layers.Add((name, norm));
    }

    public void AddDropout(List<NamedLayer> layers, string name)
    {
        if (options.Dropout != 0) layers.Add((name, new Dropout(options.Dropout)));
    }

    /// <summary>The linear layer at the end.</summary>
    public void AddClassifier(List<NamedLayer> layers, string name, Initializer? initializer = null) =>
        layers.Add((name, new Dense(options.Outputs, new DenseOptions { WeightInitializer = options.WeightInitializer ?? initializer ?? Linear })));
}
