using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Optimizers;

/// <summary>Gradient descent on quadratics of condition number k: at the best rate every step keeps <c>(k - 1) / (k + 1)</c> of the distance.</summary>
public sealed class Conditioning : Experiment
{
    private static readonly (float Condition, int Steps)[] Expected = [(10, 69), (100, 691), (1000, 6908)];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C51", Topics.Optimizers, "Poor conditioning makes descent zigzag and slow")
    {
        Source = "S2",
        Phrase = "Poor Conditioning ... zigzagging",
        Question = "How many steps does gradient descent need for condition numbers 10, 100 and 1000?",
        Criterion = "At the best rate 69, 691 and 6908 steps to 1e-6, within 5%; near 2 / L the steep axis changes its sign in more than 80% of the steps.",
        Cost = Cost.Exact(1),
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var steps = Expected.Select(static expected =>
        {
            using var descent = new Descent(new Sgd(), [1, 1]);
            return descent.StepsTo(1e-6, 2 / (1 + expected.Condition), Descent.Quadratic(1, expected.Condition), 100_000);
        }).ToArray();
        var path = Path(100, 1.95f / 100);
        var flips = Enumerable.Range(1, path.Length - 1).Count(i => path[i].Steep * path[i - 1].Steep < 0) / (path.Length - 1.0);
        Finding[] findings =
        [
            .. Expected.Select((expected, i) => Judge.Near(FormattableString.Invariant($"steps to 1e-6 at condition number {expected.Condition}"), steps[i], expected.Steps, 0.05, "slow")),
            Judge.AtLeast("near 2 / L: share of steps in which the steep axis changes its sign", flips, 0.8, "zigzagging"),
        ];
        return Outcome.Of(context, Claim, findings, "The number of steps grows in proportion to the condition number, since the rate must suit the steepest direction and is then too small for the flattest. Near the largest stable rate the steep direction jumps across the valley in every step: the zigzag.") with
        {
            Evidence = [new PageSection("The way down").Figure(new Chart("Forty steps at condition number 100, rate 1.95 / 100", new ChartAxis("flat direction"), new ChartAxis("steep direction"),
                [new LineSeries("gradient descent", [.. path.Take(40).Reverse().Select(static point => point.Flat)], [.. path.Take(40).Reverse().Select(static point => point.Steep)]) { Markers = true }]) { Legend = false })],
        };
    }

    private static (double Flat, double Steep)[] Path(float condition, float rate)
    {
        using var descent = new Descent(new Sgd(), [1, 1]);
        var path = new (double, double)[200];
        for (var step = 0; step < path.Length; step++)
        {
            path[step] = (descent.Point[0], descent.Point[1]);
            descent.Step(rate, Descent.Quadratic(1, condition));
        }

        return path;
    }
}
