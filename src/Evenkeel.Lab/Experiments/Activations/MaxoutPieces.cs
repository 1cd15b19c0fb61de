using Evenkeel.Graph.Models;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Activations;

/// <summary>A maxout unit is the upper envelope of lines: any convex function, piece by piece.</summary>
/// <remarks>
/// Goodfellow et al., arXiv 1302.4389, section 4. On an interval of length h the best line misses x^2 by <c>h^2 / 8</c>, and k pieces of [-1, 1] have h = 2 / k: the error is <c>1 / (2 k^2)</c>.
/// The best lines are tangents at the middles, raised by half their error at the ends.
/// </remarks>
public sealed class MaxoutPieces : Experiment
{
    private const int Points = 2001;

    private static readonly int[] Pieces = [1, 2, 4, 8];

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C43", Topics.Activations, "Maxout approximates a quadratic function by lines")
    {
        Source = "S4",
        Phrase = "2차 함수를 1차식으로 근사",
        Question = "How near does a maxout unit of k lines come to x^2 on [-1, 1], and to a function that is not convex?",
        Criterion = "For k = 1, 2, 4, 8 the largest error is 1 / (2 k^2) within 1%; x^3 comes within 0.05 for the difference of two units. One unit is convex, and no convex function comes nearer to x^3 than 0.18.",
        Cost = Cost.Exact(1),
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        double[] axis = [.. Enumerable.Range(0, Points).Select(static i => -1 + (2.0 * i / (Points - 1)))];
        var envelopes = Pieces.ToDictionary(static pieces => pieces, pieces => Envelope(pieces, axis, static c => 2 * c, static c => -c * c, static h => h * h / 8));
        double Error(double[] values, Func<double, double> function) => values.Zip(axis, (value, x) => Math.Abs(value - function(x))).Max();

        // A convex f lies at -1/2 below the mean of its values at -1 and 0; x^3 lies 3/8 above it, so one of the three values is off by at least half of that.
        var convexBound = ((-0.5 * -0.5 * -0.5) - ((-1.0 + 0) / 2)) / 2;

        // x^3 = (x^3 + 3 x^2) - 3 x^2, both convex on [-1, 1].
        var first = Envelope(16, axis, static c => (3 * c * c) + (6 * c), static c => (-2 * c * c * c) - (3 * c * c), static _ => 0);
        var second = Envelope(16, axis, static c => 6 * c, static c => -3 * c * c, static _ => 0);
        double[] difference = [.. first.Zip(second, static (a, b) => a - b)];
        var cubed = Error(difference, static x => x * x * x);
        Finding[] findings =
        [
            .. Pieces.Select(pieces => Judge.Near(FormattableString.Invariant($"x^2 with {pieces} lines: largest error"), Error(envelopes[pieces], static x => x * x), 1 / (2.0 * pieces * pieces), 0.01, "approximates")),
            Judge.AtMost("x^3 as a difference of two units of 16 lines: largest error", cubed, 0.05, "not said"),
            new("x^3 with one unit: least possible error of any convex function", "at least 0.18", Judge.Number(convexBound), "not said", convexBound >= 0.18) { Carries = false },
        ];
        return Outcome.Of(context, Claim, findings, "A maxout unit approximates a convex function as well as lines can, with an error that falls by four for each doubling of the pieces. It is convex itself: what is not convex takes two units and a minus sign, which the next layer has. The price is k times the parameters.") with
        {
            Evidence = [new PageSection("x^2 by a maxout unit").Figure(
                new Chart("Upper envelopes of 1, 2 and 4 lines", new ChartAxis("x"), new ChartAxis("f(x)"),
                    [new LineSeries("x^2", axis, [.. axis.Select(static x => x * x)]) { Style = LineStyle.Dashed, Color = 7 }, .. Pieces.Take(3).Select((pieces, i) => new LineSeries(FormattableString.Invariant($"{pieces} lines"), axis, envelopes[pieces]) { Color = i })]),
                "The library's maxout layer with the best lines as weights, not trained.")],
        };
    }

    /// <summary>The layer's outputs with tangents at the middles of equal pieces of [-1, 1], raised.</summary>
    private static double[] Envelope(int pieces, double[] axis, Func<double, double> slope, Func<double, double> offset, Func<double, double> raise)
    {
        using var probe = new LayerProbe(new Sequential(("lines", new Dense(pieces, new DenseOptions { Bias = BiasUse.Always, WeightInitializer = Constant.Zero })), ("max", new Maxout(pieces))), [1], axis.Length);
        for (var piece = 0; piece < pieces; piece++)
        {
            var length = 2.0 / pieces;
            var middle = -1 + (length * (piece + 0.5));
            probe.Model.Parameters["lines.weight"].Span[piece] = (float)slope(middle);
            probe.Model.Parameters["lines.bias"].Span[piece] = (float)(offset(middle) + raise(length));
        }

        return [.. probe.Forward([.. axis.Select(static x => (float)x)]).Select(static y => (double)y)];
    }
}
