using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Statistics;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Optimizers;

/// <summary>Newton's method: one step on a quadratic, few on logistic regression, and drawn into saddles.</summary>
public sealed class NewtonSteps : Experiment
{
    private const int DescentLimit = 2000;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C59", Topics.Optimizers, "Second-order methods")
    {
        Source = "S4",
        Phrase = "Second-Order",
        Question = "How many steps does Newton's method need, and where does it go near a saddle?",
        Criterion = "One step on a quadratic of any condition number; logistic regression on 50 components of MNIST: at most 15 steps to a gradient of 1e-6, and more than 500 for gradient descent; at a saddle it moves away.",
        Cost = new(new(10, 1), new(20, 1), new(20, 1)),
        Datasets = [Mnist.Name],
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var quadratic = ((double[])[10, 1000, 1e6]).Max(static condition =>
        {
            double[,] hessian = { { condition, 0.3 }, { 0.3, 1 } };
            double[] point = [1, -2];
            double[] gradient = [(hessian[0, 0] * point[0]) + (hessian[0, 1] * point[1]), (hessian[1, 0] * point[0]) + (hessian[1, 1] * point[1])];
            var step = LinearAlgebra.Solve(hessian, gradient);
            return Math.Abs(point[0] - step[0]) + Math.Abs(point[1] - step[1]);
        });
        var problem = LogisticProblem.Of(context.Data(Mnist.Name).Training, components: 50, samples: context.Of(200, 2000, 4000, 4000));
        var (newton, descent) = (problem.Newton(), problem.Descent(context.Of(2, DescentLimit, DescentLimit, DescentLimit)));

        // f = x^2 - y^2: the Newton step is the way to the stationary point, whatever its kind.
        var saddle = LinearAlgebra.Solve(new double[,] { { 2, 0 }, { 0, -2 } }, [2 * 0.5, -2 * 0.5]);
        var distance = Math.Sqrt(((0.5 - saddle[0]) * (0.5 - saddle[0])) + ((0.5 - saddle[1]) * (0.5 - saddle[1])));
        Finding[] findings =
        [
            Judge.AtMost("quadratics of condition number 10 to 1e6: distance from the minimum after one step", quadratic, 1e-8, "second order"),
            Judge.AtMost("logistic regression: Newton steps to a gradient of 1e-6", newton.Length - 1, 15, "second order"),
            new("logistic regression: gradient descent's steps to 1e-6", "more than 500", descent[^1] > LogisticProblem.Target ? FormattableString.Invariant($"more than {descent.Length - 1}") : Judge.Number(descent.Length - 1), "slower", descent.Length - 1 > 500),
            Judge.AtLeast("near a saddle: distance after a Newton step from 0.71 beside it", distance, 0.71, "not said"),
        ];
        LineSeries Line(string name, double[] norms) => new(name, [.. norms.Select(static (_, step) => step + 1.0)], norms);
        return Outcome.Of(context, Claim, findings, "Second derivatives make the condition number vanish: one step on a quadratic, a handful on a convex problem where descent needs hundreds or thousands. The price is a system of as many equations as parameters. And near a saddle pure Newton steps lead straight into it: it looks for stationary points, not for minima.") with
        {
            Evidence = [new PageSection("Logistic regression on 50 components of MNIST").Figure(new Chart("Norm of the gradient", new ChartAxis("step, from 1") { Scale = AxisScale.Logarithmic }, new ChartAxis("norm") { Scale = AxisScale.Logarithmic }, [Line("Newton", newton), Line("gradient descent, rate 1 / L", descent)]),
                "Digits below 5 against the others, with a small quadratic penalty.")],
        };
    }
}
