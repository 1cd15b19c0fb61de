using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers;
using Evenkeel.Layers.Initializers;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Section 3.3 of the paper: <c>BN((aW)u) = BN(Wu)</c>, and larger weights get smaller gradients.</summary>
public sealed class ScaleInvariance : Experiment
{
    private const int Count = 32;
    private const int Inputs = 20;
    private const int Units = 12;
    private const float Factor = 10;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C24", Topics.BatchNorm, "Batch normalisation does not see the scale of the weights")
    {
        Name = "ioffe2015/scale-invariance",
        Source = "S3",
        Phrase = "파라미터의 scale에 영향을 받지 않게",
        Question = "What changes when the weights before a normalisation are ten times as large?",
        Criterion = "The output changes by less than 1e-4, the gradient by the inputs by less than 1e-4 of its size, and the gradient by the weights is a tenth within 0.1%.",
        Cost = Cost.Exact(1),
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var network = new Sequential(("fc", new Dense(Units, new DenseOptions { Bias = BiasUse.Never, WeightInitializer = new Normal(1) })), ("bn", new BatchNorm()));
        var (features, cotangent) = (LayerProbe.Normal(Count * Inputs, "features"), LayerProbe.Normal(Count * Units, "cotangent"));
        using var probe = new LayerProbe(network, [Inputs], Count);
        var weight = probe.Model.Parameters["fc.weight"];
        var (output, input) = probe.Backward(features, cotangent);
        var gradient = probe.Gradients["fc.weight"].ToArray();
        var along = Inner(gradient, weight.Span) / (Descent.Norm(gradient) * Descent.Norm(weight.Span));
        foreach (ref var value in weight.Span) value *= Factor;
        var (scaledOutput, scaledInput) = probe.Backward(features, cotangent);
        var scaledGradient = probe.Gradients["fc.weight"].ToArray();
        Finding[] findings =
        [
            Judge.AtMost("largest change of the output", Largest(output, scaledOutput), 1e-4, "none"),
            Judge.AtMost("change of the gradient by the inputs, as a share of it", Distance(input, scaledInput) / Descent.Norm(input), 1e-4, "none"),
            Judge.Near("gradient by the weights, tenfold weights over plain ones", Descent.Norm(scaledGradient) / Descent.Norm(gradient), 1 / Factor, 1e-3, "1/10"),
            Judge.AtMost("cosine of the weights and their gradient", Math.Abs(along), 1e-4, "0 at epsilon 0") with { Carries = false },
        ];
        return Outcome.Of(context, Claim, findings, "It holds as the paper says, as long as the variance is far above epsilon. Ten times the weights get a tenth of the gradient, so a step changes their direction a hundred times less: the effective learning rate is the rate over the squared norm of the weights. And since a gradient is orthogonal to its weights, plain descent only ever lengthens them.");
    }

    private static double Largest(float[] first, float[] second) => first.Zip(second, static (a, b) => Math.Abs((double)a - b)).Max();

    private static double Distance(float[] first, float[] second) => Math.Sqrt(first.Zip(second, static (a, b) => ((double)a - b) * ((double)a - b)).Sum());

    private static double Inner(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        var sum = 0.0;
        for (var i = 0; i < first.Length; i++) sum += (double)first[i] * second[i];
        return sum;
    }
}
