using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Optimizers;

/// <summary>Descent with noisy gradients on <c>h w^2 / 2</c>: it settles at a floor, <c>rate sigma^2 / (h (2 - rate h))</c>.</summary>
public sealed class NoiseFloor : Experiment
{
    private const int Chains = 4096;
    private const int Steps = 400;
    private const float Rate = 0.1f;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C50", Topics.Optimizers, "Gradient noise accumulates; it takes long to reach a minimum")
    {
        Source = "S2, S4",
        Phrase = "Gradient Noise가 누적되어",
        Question = "Where does descent with noisy gradients end on a quadratic?",
        Criterion = "The variance around the minimum is rate sigma^2 / (h (2 - rate h)) within 10%, and half of it at half the rate, within 10%; accumulates: the variance of the last quarter of the run is at least 1.5 times that of the third.",
        Cost = Cost.Exact(2),
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (whole, half) = (Variances(Rate), Variances(Rate / 2));
        static double Closed(double rate) => rate / (2 - rate);
        static double Late(double[] variances) => variances[(Steps / 2)..].Average();
        Finding[] findings =
        [
            Judge.Near("variance at rate 0.1", Late(whole), Closed(Rate), 0.1, "long until the minimum"),
            Judge.Near("variance at half the rate, over that at the whole", Late(half) / Late(whole), Closed(Rate / 2) / Closed(Rate), 0.1, "long until the minimum"),
            Judge.AtLeast("accumulates: variance of the last quarter over that of the third", whole[(3 * Steps / 4)..].Average() / whole[(Steps / 2)..(3 * Steps / 4)].Average(), 1.5, "accumulates"),
        ];
        double[] axis = [.. Enumerable.Range(1, Steps).Select(static step => (double)step)];
        return Outcome.Of(context, Claim, findings, "Noise keeps descent away from the minimum, at a distance that the rate decides: half the rate, half the floor. But it does not accumulate. Every step forgets a share of what came before, so the variance rises to its floor and stays.") with
        {
            Evidence = [new PageSection("Variance around the minimum").Figure(new Chart("4,096 descents on w^2 / 2 with gradient noise of deviation 1, from the minimum", new ChartAxis("step"), new ChartAxis("variance of w"),
                [new LineSeries("rate 0.1", axis, whole), new LineSeries("rate 0.05", axis, half), new RuleSeries("closed form", Closed(Rate)) { Color = 0 }, new RuleSeries("", Closed(Rate / 2)) { Color = 1 }]))],
        };
    }

    private static double[] Variances(float rate)
    {
        using var descent = new Descent(new Sgd(), new float[Chains]);
        var random = new RandomStream(1, "gradient noise");
        var noise = new float[Chains];
        var variances = new double[Steps];
        for (var step = 0; step < Steps; step++)
        {
            random.FillNormal(noise, (ulong)step);
            descent.Step(rate, (point, gradient) =>
            {
                for (var i = 0; i < gradient.Length; i++) gradient[i] = point[i] + noise[i];
            });
            variances[step] = Descent.Norm(descent.Point) * Descent.Norm(descent.Point) / Chains;
        }

        return variances;
    }
}
