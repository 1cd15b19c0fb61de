using System.Globalization;
using Evenkeel.Layers.Initializers;

namespace Evenkeel.Layers.Models;

/// <summary>Multilayer perceptrons: hidden layers of product, normalisation, nonlinearity and dropout, then a linear output.</summary>
/// <remarks>
/// Tensors are named <c>hidden1.weight</c>, <c>hidden1.bn.gamma</c>, ..., <c>output.weight</c>. Normalisation stands between product and nonlinearity (Ioffe and Szegedy 2015, section 3.2),
/// so the hidden layers' biases are dropped. Data of more than two dimensions is flattened.
/// </remarks>
public static class Mlp
{
    /// <summary>Makes the layers.</summary>
    /// <param name="options">What can be chosen; checked when a model is built.</param>
    public static Sequential Create(ModelOptions options)
    {
        var activation = options.Activation ?? "relu";
        List<NamedLayer> layers = [("flatten", new Flatten())];
        var request = new NormRequest { BatchNorm = options.BatchNorm };
        for (var i = 0; i < options.Hidden.Length; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"hidden{i + 1}");
            var dense = new DenseOptions { WeightInitializer = options.WeightInitializer ?? (activation == "relu" ? He.Normal : Glorot.Normal), Reparametrization = options.Weights };
            var norm = options.Normalization.Create(request);
            // Without a layer in between DropConnect averages over the nonlinearity, which it therefore holds.
            var holdsActivation = options.DropConnect != 0 && norm is null;
            layers.Add((name, options.DropConnect != 0 ? new DropConnect(options.Hidden[i], options.DropConnect, holdsActivation ? activation : null, dense) : new Dense(options.Hidden[i], dense)));
            if (norm is not null) layers.Add(($"{name}.{(norm is BatchNorm ? "bn" : "norm")}", norm));
            if (!holdsActivation) layers.Add(($"{name}.activation", new Activation(activation)));
            if (options.Dropout != 0) layers.Add(($"{name}.dropout", new Dropout(options.Dropout)));
        }

        // Nothing rectifies behind the output, and a fan averaged with a few classes would make the first logits, and the first loss, too large.
        layers.Add(("output", new Dense(options.Outputs, new DenseOptions { WeightInitializer = options.WeightInitializer ?? LeCun.Normal })));
        return new Sequential([.. layers]);
    }
}
