using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Models;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;
using Evenkeel.Lab.Workloads;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Optimizers;

/// <summary>What AdaGrad, Adam and AdamW do, checked step by step; adaptive rates on a quadratic along its axes and turned by 45 degrees; weight decay in two places.</summary>
public sealed class AdaptiveMethods : Experiment
{
    private const float Condition = 1000;
    private const int Limit = 20_000;

    private static readonly float[] Rates = [1e-4f, 1e-3f, 1e-2f, 0.1f, 1];
    private static readonly float[] Decays = [0, 1e-3f, 1e-2f, 0.1f, 1];
    private static readonly string[] Methods = ["adam", "adamw"];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C57", Topics.Optimizers, "AdaGrad, RMSProp, Adam and AdamW as they are described")
    {
        Source = "S2",
        Phrase = "AdaGrad velocity ... Adam = Momentum + AdaGrad ... AdamW = Weight Decay을 추가",
        Question = "Do the optimizers do what the notes say?",
        Criterion = "AdaGrad has a velocity (the note): it goes on after the gradient ends. Adam is momentum and AdaGrad (the note): its step for a constant gradient falls as t^-1/2, as AdaGrad's does. AdamW adds weight decay (the note), so that Adam with an L2 penalty is the same: accuracies differ by less than 0.5 points at every decay. Beside these: AdaGrad's step falls as t^-1/2 and Adam's first step is the rate, within 1%; RMSProp's step for a constant gradient comes to the same size at any decay, within 1%; on a quadratic of condition number 1,000 Adam's advantage over SGD along the axes is at least 2 times that when turned.",
        Cost = new(new(20, 3), new(240, 5), new(480, 5)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (velocity, adaGrad, adam) = (StepAfterGradientEnds(new AdaGrad()), Decline(new AdaGrad()), Decline(new Adam()));
        var advantages = ((bool[])[false, true]).Select(static turned => Advantage(turned)).ToArray();
        var steps = context.Of(2, 400, 1400, 4680);
        (string Method, float Decay)[] arms = [.. Methods.SelectMany(static method => Decays.Select(decay => (method, decay)))];
        var runs = new PairedRuns<(string Method, float Decay)>(context, Claim, "weight decay", arms, (arm, seed) => Workload.MnistRelu with { Optimizer = arm.Method, Rate = 1e-3f, WeightDecay = arm.Decay, Samples = 5000, Steps = steps, Seed = seed, Checkpoints = [steps] });
        var distance = Decays.Max(decay => Math.Abs(runs.Difference(("adam", decay), ("adamw", decay), static run => 100 * run.Last("accuracy")).Mean));
        Finding[] findings =
        [
            Judge.AtLeast("AdaGrad has a velocity: step after the gradient has ended, over the one before", velocity, 0.01, "updates the velocity"),
            Judge.Near("Adam is momentum and AdaGrad: power with which its step for a constant gradient falls", adam, -0.5, 0.1, "momentum + AdaGrad"),
            Judge.AtMost("AdamW only adds decay: largest difference from Adam with an L2 penalty, in points", distance, 0.5, "adds weight decay"),
            Judge.Near("AdaGrad: power with which its step falls", adaGrad, -0.5, 0.01) with { Carries = false },
            Judge.Near("Adam: first step over the rate", FirstStep(), 1, 0.01) with { Carries = false },
            Judge.Near("RMSProp: step for a constant gradient at a decay of 0.99, over that at 0.5", LastStep(0.99f) / LastStep(0.5f), 1, 0.01) with { Carries = false },
            Judge.AtLeast("steps of SGD over steps of Adam, along the axes over turned by 45 degrees", advantages[0] / advantages[1], 2) with { Carries = false },
        ];
        double[] axis = [.. Decays.Select(static decay => Math.Max(decay, 1e-4))];
        return Outcome.Of(context, Claim, findings, "AdaGrad rescales by all squared gradients so far and remembers no direction. Adam is momentum with RMSProp's fading memory, and a correction for its start: its step does not fall. RMSProp's number is how long it remembers, not how far it steps. AdamW takes the decay out of the rescaling; inside it, as an L2 penalty, weights with large gradients are hardly decayed, so one number means two things. And a rate per coordinate helps as far as the coordinates are the problem's own axes.") with
        {
            KeyNumbers = [new("SGD's steps over Adam's, along the axes", Judge.Number(advantages[0])), new("turned by 45 degrees", Judge.Number(advantages[1]))],
            Evidence = [new PageSection("Weight decay in two places").Figure(
                new Chart(FormattableString.Invariant($"Test accuracy after {steps:N0} steps"), new ChartAxis("weight decay") { Scale = AxisScale.Logarithmic }, new ChartAxis("accuracy", "%"), [.. Methods.Select(method => new LineSeries(method == "adam" ? "Adam, L2 penalty" : "AdamW, decoupled", axis, [.. Decays.Select(decay => runs.Accuracy((method, decay)).Mean)]) { Markers = true })]),
                FormattableString.Invariant($"784-256-256-10, ReLU, 5,000 training samples, rate 0.001, batches of 128, mean of {runs.Seeds} seeds; no decay is drawn at 1e-4."))
                .Table(runs.Table("method and decay", static arm => FormattableString.Invariant($"{arm.Method}, {arm.Decay}"), ("accuracy, %", static run => 100 * run.Last("accuracy"))))],
        };
    }

    private static double StepAfterGradientEnds(UpdateMethod method)
    {
        using var descent = new Descent(method, [0]);
        double Step(float gradient)
        {
            var before = descent.Point[0];
            descent.Step(0.1f, (_, gradients) => gradients[0] = gradient);
            return Math.Abs(descent.Point[0] - before);
        }

        for (var i = 0; i < 20; i++) Step(1);
        var last = Step(1);
        return Step(0) / last;
    }

    /// <summary>The power of t with which the steps for a constant gradient fall, from step 100 to step 1,600.</summary>
    private static double Decline(UpdateMethod method)
    {
        var steps = Steps(method);
        return Math.Log(steps[^1] / steps[99]) / Math.Log(16);
    }

    /// <summary>RMSProp's step when its average has settled.</summary>
    private static double LastStep(float retention) => Steps(new RmsProp { Retention = retention })[^1];

    /// <summary>The sizes of 1,600 steps for a constant gradient of 1.</summary>
    private static double[] Steps(UpdateMethod method)
    {
        using var descent = new Descent(method, [0]);
        var sizes = new double[1600];
        for (var t = 0; t < sizes.Length; t++)
        {
            // From 0 every time: differences of large positions would lose the step's digits.
            descent.Point[0] = 0;
            descent.Step(0.01f, static (_, gradients) => gradients[0] = 1);
            sizes[t] = Math.Abs(descent.Point[0]);
        }

        return sizes;
    }

    private static double FirstStep()
    {
        const float rate = 1e-3f;
        using var descent = new Descent(new Adam(), [0]);
        descent.Step(rate, static (_, gradients) => gradients[0] = -37);
        return descent.Point[0] / rate;
    }

    /// <summary>Steps of plain descent over steps of Adam to a hundredth of the distance, each at the best of its rates.</summary>
    private static double Advantage(bool turned)
    {
        var root = MathF.Sqrt(0.5f);
        Descent.GradientAt gradient = turned
            ? (point, gradients) =>
            {
                var (flat, steep) = (root * (point[0] + point[1]), Condition * root * (point[0] - point[1]));
                (gradients[0], gradients[1]) = (root * (flat + steep), root * (flat - steep));
            }
        : Descent.Quadratic(1, Condition);
        // No round numbers: a rate of 1 would jump from 1 into the minimum by luck.
        var (along, across) = (1.37f, 0.73f);
        float[] start = turned ? [root * (along + across), root * (along - across)] : [along, across];
        int Fewest(Func<UpdateMethod> method, IEnumerable<float> rates) => rates.Min(rate =>
        {
            using var descent = new Descent(method(), start);
            return descent.StepsTo(0.01, rate, gradient, Limit);
        });
        return Fewest(static () => new Sgd(), [2 / (1 + Condition)]) / (double)Fewest(static () => new Adam(), Rates);
    }
}
