using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Activations;

/// <summary>A sign in a note: <c>max(-a x, x)</c> is not the leaky ReLU.</summary>
/// <remarks>Maas, Hannun and Ng, ICML 2013: <c>max(a x, x)</c> with a = 0.01.</remarks>
public sealed class LeakyReluFormula : Experiment
{
    private const float Slope = 0.01f;
    private const int NegativeInputs = 40;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C41", Topics.Activations, "Leaky ReLU is max(-ax, x)")
    {
        Source = "S4",
        Phrase = "f(x) = max(-ax, x)",
        Question = "What does the formula give for x = -1 and a = 0.01?",
        Criterion = "The formula gives -0.01 with slope 0.01, as the leaky ReLU of its paper does. Beside the verdict, the closed form of max(a x, x): these two numbers, and a gradient for every negative input.",
        Cost = Cost.Exact(1),
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        float[] axis = [.. Enumerable.Range(-40, 61).Select(static i => i / 20f)];
        using var probe = new LayerProbe(new Activation("leaky_relu"), [1], axis.Length);
        var (output, derivative) = probe.Backward(axis, [.. Enumerable.Repeat(1f, axis.Length)]);
        var at = Array.IndexOf(axis, -1f);
        static double Note(double x) => Math.Max(-Slope * x, x);
        var noteSlope = (Note(-1 + 1e-3) - Note(-1 - 1e-3)) / 2e-3;
        Finding[] findings =
        [
            Judge.Near("the note's formula at -1", Note(-1), output[at], 1e-4, "-0.01 in the leaky ReLU's paper"),
            Judge.Near("the note's slope at -1", noteSlope, derivative[at], 1e-3, "0.01 in the leaky ReLU's paper"),
            Judge.Near("max(a x, x), the leaky ReLU, at -1", output[at], -Slope, 1e-6, "-0.01") with { Carries = false },
            Judge.Near("its slope at -1", derivative[at], Slope, 1e-6, "0.01") with { Carries = false },
            Judge.AtMost("units without any gradient for inputs of -2 to -0.05, of 40: leaky ReLU", derivative.Take(NegativeInputs).Count(static slope => slope == 0), 0, "none") with { Carries = false },
        ];
        double[] wide = [.. axis.Select(static x => (double)x)];
        return Outcome.Of(context, Claim, findings, "A sign is wrong in the note. max(-a x, x) turns negative inputs positive: at -1 it gives +0.01 with slope -0.01. The leaky ReLU is max(a x, x), and gives -0.01 with slope +0.01; what is refuted is the note's sign, not the function, which passes a gradient wherever ReLU is dead.") with
        {
            Evidence = [new PageSection("Both functions").Figure(new Chart("Leaky ReLU and the note's formula, a = 0.01", new ChartAxis("x") { Minimum = -2, Maximum = 1 }, new ChartAxis("f(x)") { Minimum = -0.03, Maximum = 0.06 },
                [new LineSeries("max(a x, x)", wide, [.. output.Select(static y => (double)y)]), new LineSeries("max(-a x, x), the note", wide, [.. wide.Select(Note)]) { Style = LineStyle.Dashed }]))],
        };
    }
}
