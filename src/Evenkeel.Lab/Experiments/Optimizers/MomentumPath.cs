using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Optimizers;

/// <summary>Heavy-ball momentum on a quadratic of condition number 100: the best one keeps <c>(10 - 1) / (10 + 1)</c> of the distance per step instead of <c>99 / 101</c>.</summary>
/// <remarks>Polyak 1964: <c>rate = 4 / (sqrt L + sqrt l)^2</c>, <c>beta = ((sqrt k - 1) / (sqrt k + 1))^2</c>.</remarks>
public sealed class MomentumPath : Experiment
{
    private const float Condition = 100;
    private const float BestRate = 4f / 121;
    private const float BestBeta = 81f / 121;
    private const float HighRate = 1.95f / Condition;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C54", Topics.Optimizers, "Momentum reduces zigzagging")
    {
        Source = "S2",
        Phrase = "zigzagging behavior를 줄임",
        Question = "How many steps does tuned momentum save at condition number 100, and is the path straighter?",
        Criterion = "Tuned, every step keeps 9/11 of the distance within 2% (steps 80 to 160), and plain descent needs at least 5 times as many steps to 1e-6; path length over displacement lower than plain descent's, each tuned, and for momentum 0.5 at plain descent's rate near 2 / L.",
        Cost = Cost.Exact(1),
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var plain = Path(0, 2 / (1 + Condition), 1500);
        var tuned = Path(BestBeta, BestRate, 1500);
        var decay = Math.Pow(tuned[160].Distance / tuned[80].Distance, 1.0 / 80);
        var (zigzag, smooth, half) = (Path(0, HighRate, 200), Path(BestBeta, BestRate, 200), Path(0.5f, HighRate, 200));
        Finding[] findings =
        [
            Judge.Near("what a step keeps of the distance, tuned momentum, steps 80 to 160", decay, 9.0 / 11, 0.02, "faster"),
            Judge.AtLeast("steps to 1e-6, plain descent at its best rate over tuned momentum", (double)Steps(plain) / Steps(tuned), 5, "faster"),
            Judge.AtMost("path over displacement, tuned momentum over tuned plain descent", Length(tuned) / Length(plain), 0.99, "less zigzag"),
            new("path over displacement, tuned momentum over plain descent at rate 1.95 / L", "not judged", Judge.Number(Length(smooth) / Length(zigzag)), "", null) { Carries = false },
            Judge.AtMost("path over displacement, momentum 0.5 at plain descent's rate, over plain descent near 2 / L", Length(half) / Length(zigzag), 0.99, "less zigzag"),
        ];
        LineSeries Line(string name, (double Flat, double Steep, double Distance)[] path) => new(name, [.. path.Take(60).Select((_, i) => (double)i)], [.. path.Take(60).Select(static point => point.Steep)]);
        return Outcome.Of(context, Claim, findings, "Tuned momentum turns the condition number into its root: a tenth of the steps here, in the limit. The path is another matter: at plain descent's own rate a momentum of 0.5 makes it seven times straighter, but tuned momentum spends that on bolder steps and swings as far as tuned descent does.") with
        {
            KeyNumbers = [new("steps to 1e-6, plain", Judge.Number(Steps(plain)), "theory 691"), new("steps to 1e-6, momentum", Judge.Number(Steps(tuned)), "9/11 per step gives 69; both axes being critically damped adds a factor that grows with the steps")],
            Evidence = [new PageSection("The steep direction").Figure(new Chart("Steep coordinate over the first steps, condition number 100", new ChartAxis("step"), new ChartAxis("coordinate"),
                [Line("plain, rate 1.95 / L", zigzag), Line("tuned momentum", smooth), Line("momentum 0.5, rate 1.95 / L", half)]))],
        };
    }

    private static (double Flat, double Steep, double Distance)[] Path(float beta, float rate, int steps)
    {
        using var descent = new Descent(new Sgd { Momentum = beta }, [1, 1]);
        var path = new (double, double, double)[steps];
        for (var step = 0; step < steps; step++)
        {
            path[step] = (descent.Point[0], descent.Point[1], Descent.Norm(descent.Point));
            descent.Step(rate, Descent.Quadratic(1, Condition));
        }

        return path;
    }

    private static int Steps((double Flat, double Steep, double Distance)[] path)
    {
        var place = Array.FindIndex(path, point => point.Distance <= 1e-6 * path[0].Distance);
        return place < 0 ? path.Length : place;
    }

    /// <summary>The length of the path over the distance of its ends.</summary>
    private static double Length((double Flat, double Steep, double Distance)[] path)
    {
        static double Between((double Flat, double Steep, double Distance) a, (double Flat, double Steep, double Distance) b) => Math.Sqrt(((a.Flat - b.Flat) * (a.Flat - b.Flat)) + ((a.Steep - b.Steep) * (a.Steep - b.Steep)));
        return Enumerable.Range(1, path.Length - 1).Sum(i => Between(path[i], path[i - 1])) / Between(path[0], path[^1]);
    }
}
