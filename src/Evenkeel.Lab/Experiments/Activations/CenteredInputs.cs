using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;
using Evenkeel.Lab.Workloads;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Activations;

/// <summary>Logistic regression in two dimensions with positive and with centred inputs, where everything can be followed; then MNIST.</summary>
/// <remarks>LeCun et al. 1998, Efficient BackProp, section 4.3: a mean that is not 0 makes one large eigenvalue, and the rate has to suit it.</remarks>
public sealed class CenteredInputs : Experiment
{
    private const int Points = 200;
    private const double Target = 0.88;

    private static readonly float[] Rates = [0.01f, 0.03f, 0.1f, 0.3f, 1];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C37", Topics.Activations, "Inputs that are not centred slow training down")
    {
        Source = "S4, S2",
        Phrase = "oscillation 형태로 수렴이 느려진다",
        Question = "Do the weights' steps oscillate, and does training take longer, where inputs are positive instead of centred?",
        Criterion = "In two dimensions, full batches, each at its best rate of a grid: steps to a gradient of 1e-3 at least 1.5 times more with inputs in [0, 1] than centred, and the share of steps in which a weight's step changes its sign higher. MNIST, softmax regression, each at its best rate: at least 1.5 times more steps to 88% with pixels in [0, 1] than standardised.",
        Cost = new(new(9, 3), new(180, 5), new(360, 10)),
        Datasets = [Mnist.Name],
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (positive, centered) = (Best(0), Best(0.5));
        var steps = context.Of(2, 600, 2000, 6000);
        (PixelScale Pixels, float Rate)[] arms = [.. ((PixelScale[])[PixelScale.Unit, PixelScale.Standardized]).SelectMany(static pixels => Rates.Select(rate => (pixels, rate)))];
        var runs = new PairedRuns<(PixelScale Pixels, float Rate)>(context, Claim, "softmax regression", arms, (arm, seed) => new TrainingTrial { Network = new Network { Widths = [] }, Pixels = arm.Pixels, Rate = arm.Rate, Steps = steps, Seed = seed, Checkpoints = Workload.Every(steps, Math.Max(1, steps / 10)) });
        (PixelScale, float) Fastest(PixelScale pixels) => Rates.Select(rate => (pixels, rate)).MinBy(arm => runs.StepsTo(arm, Target) ?? double.MaxValue);
        var (unit, standard) = (Fastest(PixelScale.Unit), Fastest(PixelScale.Standardized));
        Finding[] findings =
        [
            Judge.AtLeast("two dimensions: steps with inputs in [0, 1] over steps with centred ones", (double)positive.Steps / centered.Steps, 1.5, "slower"),
            new("two dimensions: share of sign changes of a weight's step, in [0, 1] and centred", "higher for [0, 1]", FormattableString.Invariant($"{positive.Flips:0.000} and {centered.Flips:0.000}"), "oscillation", positive.Flips > centered.Flips),
            Judge.Ratio("MNIST: steps to 88%, in [0, 1] and standardised", runs.StepsTo(unit, Target), runs.StepsTo(standard, Target), steps, 1.5, "slower"),
        ];
        return Outcome.Of(context, Claim, findings, "Positive inputs have a common part, their mean, and along it the loss is much steeper than across it: the condition number rises, the rate must suit the steep direction, and the rest takes long. Subtracting the mean takes that direction away. It matters for the inputs and, for the same reason, for activations.") with
        {
            KeyNumbers = [new("condition number in [0, 1]", Judge.Number(positive.Condition)), new("centred", Judge.Number(centered.Condition))],
            Evidence = [new PageSection("Softmax regression on MNIST").Figure(
                new Chart("Test accuracy at each one's fastest rate", new ChartAxis("step"), new ChartAxis("accuracy", "%") { Minimum = 70 }, [runs.AccuracyCurve(unit, FormattableString.Invariant($"pixels in [0, 1], rate {unit.Item2}")), runs.AccuracyCurve(standard, FormattableString.Invariant($"standardised, rate {standard.Item2}"))]),
                FormattableString.Invariant($"784-10, batches of 128, mean of {runs.Seeds} seeds. Both numbers of steps are multiples of 10."))
                .Table(new PageTable([new("two dimensions"), new("steps", true), new("rate", true), new("sign changes", true), new("condition number", true)],
                [Row("inputs in [0, 1]", positive), Row("centred", centered)]))],
        };
    }

    private static IReadOnlyList<string> Row(string name, (int Steps, double Rate, double Flips, double Condition) of) => [name, Judge.Number(of.Steps), Judge.Number(of.Rate), FormattableString.Invariant($"{of.Flips:0.000}"), Judge.Number(of.Condition)];

    /// <summary>The fastest of a grid of rates.</summary>
    private static (int Steps, double Rate, double Flips, double Condition) Best(double subtracted) =>
        Enumerable.Range(-4, 20).Select(power => Descend(subtracted, Math.Pow(2, power / 2.0))).MinBy(static run => run.Steps);

    /// <summary>Logistic regression without a bias, so that the inputs alone decide; labels are drawn from a true weight.</summary>
    private static (int Steps, double Rate, double Flips, double Condition) Descend(double subtracted, double rate)
    {
        const int limit = 50_000;
        var (inputs, luck) = (LayerProbe.Uniform(2 * Points, "inputs"), LayerProbe.Uniform(Points, "labels"));
        double X(int i) => inputs[i] - subtracted;
        double[] secondMoments = [0, 0, 0];
        for (var i = 0; i < Points; i++)
        {
            secondMoments[0] += X(2 * i) * X(2 * i) / Points;
            secondMoments[1] += X(2 * i) * X((2 * i) + 1) / Points;
            secondMoments[2] += X((2 * i) + 1) * X((2 * i) + 1) / Points;
        }

        var (middle, root) = ((secondMoments[0] + secondMoments[2]) / 2, Math.Sqrt((Math.Pow(secondMoments[0] - secondMoments[2], 2) / 4) + (secondMoments[1] * secondMoments[1])));
        var (w0, w1, last0, last1, flips) = (0.0, 0.0, 0.0, 0.0, 0);
        for (var step = 1; step <= limit; step++)
        {
            var (g0, g1) = (0.0, 0.0);
            for (var i = 0; i < Points; i++)
            {
                // The label is the same for both kinds of inputs: it depends on the centred ones.
                var isOne = luck[i] < 1 / (1 + Math.Exp(-((3 * (inputs[2 * i] - 0.5)) - (3 * (inputs[(2 * i) + 1] - 0.5)))));
                var error = (1 / (1 + Math.Exp(-((w0 * X(2 * i)) + (w1 * X((2 * i) + 1)))))) - (isOne ? 1 : 0);
                (g0, g1) = (g0 + (error * X(2 * i) / Points), g1 + (error * X((2 * i) + 1) / Points));
            }

            if (Math.Sqrt((g0 * g0) + (g1 * g1)) <= 1e-3) return (step, rate, flips / (2.0 * step), (middle + root) / (middle - root));
            flips += (g0 * last0 < 0 ? 1 : 0) + (g1 * last1 < 0 ? 1 : 0);
            (w0, w1, last0, last1) = (w0 - (rate * g0), w1 - (rate * g1), g0, g1);
        }

        return (limit, rate, flips / (2.0 * limit), (middle + root) / (middle - root));
    }
}
