using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Trials;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Initialization;

/// <summary>Small first weights: every layer's gradient is equally tiny, and only descent that looks at its size stands still.</summary>
/// <remarks>With c = deviation sqrt(units) an activation of layer l is about c^l and a gradient that reaches it about c^(L - l): their product is the same in every layer.</remarks>
public sealed class TinyGradients : Experiment
{
    private const int Units = 100;

    // The factor per layer of 500 units with deviation 0.01, at a fifth of the width.
    private const float Deviation = 0.02236f;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C46", Topics.Initialization, "With very small weights late and early layers get tiny gradients and are not updated")
    {
        Source = "S4",
        Phrase = "후기 layer에서 dW는 ... 초기 layer의 dW도 0에 가까워진다 ... update되지 않는",
        Question = "How large are the weights' gradients from layer to layer, and do the weights move?",
        Criterion = "The hidden layers' gradient norms differ by less than a factor 3 and are below 1e-5 of those with Glorot's weights; 500 steps of SGD move the hidden weights by less than 1e-3 of their norm, and so do 500 steps of Adam.",
        Cost = new(new(3, 1), new(20, 1), new(20, 1)),
        Datasets = [Mnist.Name],
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (tiny, usual) = (DeepTanh.GradientNorms(Units, Deviation, glorot: false), DeepTanh.GradientNorms(Units, 0, glorot: true));

        // The first layer has the inputs before it instead of activations; the product is the same for it too.
        var spread = tiny.Max() / tiny.Min();
        var (sgd, sgdLoss) = Movement(context, "sgd", 0.1f);
        var (adam, adamLoss) = Movement(context, "adam", 1e-3f);
        Finding[] findings =
        [
            Judge.AtMost("hidden layers: largest gradient norm over the smallest", spread, 3, "late and early layers alike"),
            Judge.AtMost("largest gradient norm over Glorot's of the same layer", tiny.Zip(usual, static (a, b) => a / b).Max(), 1e-5, "nearly 0"),
            Judge.AtMost("500 steps of SGD: movement of the hidden weights, as a share of their norm", sgd, 1e-3, "not updated"),
            Judge.AtMost("500 steps of Adam: movement of the hidden weights, as a share of their norm", adam, 1e-3, "not updated"),
        ];
        double[] layers = [.. Enumerable.Range(1, DeepTanh.Layers).Select(static layer => (double)layer)];
        return Outcome.Of(context, Claim, findings, "The note names two effects, but it is one: activations fall on the way up as gradients fall on the way down, and their product, the weights' gradient, is equally tiny everywhere. Plain descent stands still on it. Adam divides a gradient by its own size, so its weights move all the same.") with
        {
            Evidence = [new PageSection("Gradients before training").Figure(new Chart("Norm of the weights' gradient by layer", new ChartAxis("hidden layer"), new ChartAxis("norm") { Scale = AxisScale.Logarithmic },
                [new LineSeries("deviation 0.0224", layers, tiny) { Markers = true }, new LineSeries("Glorot", layers, usual) { Markers = true }]), "Ten tanh layers of 100, normal inputs, random classes.")],
            Facts = [("loss after 500 steps, SGD and Adam", FormattableString.Invariant($"{sgdLoss:0.000}, {adamLoss:0.000} (a guess: {Math.Log(10):0.000})"))],
        };
    }

    private static (double Movement, double Loss) Movement(ExperimentContext context, string optimizer, float rate)
    {
        var steps = context.Of(2, 500, 500, 500);
        var trial = new PerceptronTrial
        {
            Pixels = PixelScale.Standardized,
            Hidden = [.. Enumerable.Repeat(Units, DeepTanh.Layers)],
            Activation = "tanh",
            BatchNorm = false,
            Deviation = Deviation,
            Optimizer = optimizer,
            Momentum = optimizer == "sgd" ? 0 : 0.9f,
            Rate = rate,
            BatchSize = 64,
            Seed = 1,
            Steps = steps,
            Checkpoints = [steps],
        };
        var data = context.Data(Mnist.Name);
        var series = trial.Run(new TrialContext(data, static _ => { }, context.Cancellation), out var trained);
        var fresh = trial.Build(trained.Parameters["hidden1.weight"].Shape.Sizes[0], data.Training.Target.ClassCount);
        var (moved, norm) = (0.0, 0.0);
        foreach (var weight in fresh.Parameters.Where(static tensor => tensor.Name.StartsWith("hidden", StringComparison.Ordinal) && tensor.Name.EndsWith("weight", StringComparison.Ordinal)))
        {
            var after = trained.Parameters[weight.Name].Span;
            for (var i = 0; i < after.Length; i++)
            {
                moved += ((double)after[i] - weight.Span[i]) * ((double)after[i] - weight.Span[i]);
                norm += (double)weight.Span[i] * weight.Span[i];
            }
        }

        return (Math.Sqrt(moved / norm), series["train_loss"][0]);
    }
}
