using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Optimizers;

/// <summary>Gradient descent on <c>x^2 - y^2</c>: caught only on the line that leads into the saddle.</summary>
public sealed class SaddlePoints : Experiment
{
    internal const float Rate = 0.01f;
    internal const float Beside = 1e-6f;
    internal static readonly Descent.GradientAt Saddle = static (point, gradient) => (gradient[0], gradient[1]) = (2 * point[0], -2 * point[1]);

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C52", Topics.Optimizers, "Descent ends in local minima and saddle points")
    {
        Source = "S2, S4",
        Phrase = "local minima나 saddle point에 수렴",
        Question = "On f = x^2 - y^2, where does gradient descent end?",
        Criterion = "It ends at the saddle from (1, 0), and from (1, 1e-6) too. How many steps the second start needs to leave is ln(1/y0) / ln(1 + 2 rate) within 10%.",
        Cost = Cost.Exact(1),
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (on, beside) = (Heights(0), Heights(Beside));
        var escape = Array.FindIndex(beside, static y => y >= 1);
        var theory = Math.Log(1 / Beside) / Math.Log(1 + (2 * Rate));
        Finding[] findings =
        [
            Judge.AtMost("from (1, 0): largest |y| in 1,000 steps", on.Max(Math.Abs), 0, "ends at the saddle"),
            new("from (1, 1e-6): y after 1,000 steps", "below 1: it ends at the saddle", Judge.Number(beside[^1]), "ends at the saddle", beside[^1] < 1),
            Judge.Near("from (1, 1e-6): steps until y reaches 1", escape, theory, 0.1, "closed form") with { Carries = false },
        ];
        double[] axis = [.. Enumerable.Range(0, beside.Length).Select(static step => (double)step)];
        return Outcome.Of(context, Claim, findings, "Only starts on the line that leads into the saddle end there, a set that a random start or the least noise misses. A millionth beside it is enough to leave, after a number of steps that grows with the logarithm of the distance. Saddles slow descent down; they do not catch it.") with
        {
            Evidence = [new PageSection("Leaving a saddle").Figure(new Chart("Distance from the saddle along y, rate 0.01", new ChartAxis("step") { Maximum = 1000, Minimum = 0 }, new ChartAxis("|y|") { Scale = AxisScale.Logarithmic }, [new LineSeries("from (1, 1e-6)", axis, [.. beside.Select(static y => Math.Min(y, 1e3))])]) { Legend = false })],
        };
    }

    private static double[] Heights(float start)
    {
        using var descent = new Descent(new Sgd(), [1, start]);
        var heights = new double[1000];
        for (var step = 0; step < heights.Length; step++)
        {
            heights[step] = descent.Point[1];
            descent.Step(Rate, Saddle);
        }

        return heights;
    }
}
