using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;
using Evenkeel.Optimization.Optimizers;

namespace Evenkeel.Lab.Experiments.Optimizers;

/// <summary>Velocity carries over a flat place, if there is one; from rest nothing moves.</summary>
public sealed class MomentumEscape : Experiment
{
    private const float Beta = 0.9f;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C55", Topics.Optimizers, "Momentum escapes where the gradient is zero")
    {
        Source = "S2",
        Phrase = "gradient가 0이어서 ... velocity가 있어 빠져 나올 수",
        Question = "Does momentum leave a stationary point?",
        Criterion = "From rest at the point it moves; arriving with velocity it crosses a plateau on which plain descent stops; from 1e-6 beside a saddle it escapes at least 3 times sooner than plain descent.",
        Cost = Cost.Exact(1),
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        using var resting = new Descent(new Sgd { Momentum = Beta }, [0, 0]);
        for (var step = 0; step < 1000; step++) resting.Step(SaddlePoints.Rate, SaddlePoints.Saddle);
        var (crossed, stopped) = (Plateau(Beta), Plateau(0));
        var (plain, momentum) = (Escape(0), Escape(Beta));
        Finding[] findings =
        [
            new("from rest at the saddle: distance after 1,000 steps", "above 0", Judge.Number(Descent.Norm(resting.Point)), "gets out", Descent.Norm(resting.Point) > 0),
            new("a slope before a plateau of width 1: does momentum cross it", "yes, and plain descent does not", FormattableString.Invariant($"momentum reaches {crossed:0.00}, plain descent {stopped:0.00}"), "gets out", crossed > 1 && stopped < 1),
            Judge.AtLeast("from 1e-6 beside the saddle: plain descent's steps over momentum's", (double)plain / momentum, 3, "gets out"),
        ];
        return Outcome.Of(context, Claim, findings, "Velocity is what is left of earlier gradients. Who arrives with some crosses a flat place, and beside a saddle it grows the way out several times faster. Who starts at rest where the gradient is zero stays there for ever, momentum or not.") with
        {
            Facts = [("steps to leave the saddle, plain and momentum", FormattableString.Invariant($"{plain}, {momentum}"))],
        };
    }

    /// <summary>How far descent gets that begins on a slope of 1 at -1 and meets a plateau from 0 on.</summary>
    private static double Plateau(float beta)
    {
        using var descent = new Descent(new Sgd { Momentum = beta }, [-1]);
        for (var step = 0; step < 500; step++) descent.Step(0.05f, static (point, gradient) => gradient[0] = point[0] < 0 ? -3 : 0);
        return descent.Point[0];
    }

    private static int Escape(float beta)
    {
        using var descent = new Descent(new Sgd { Momentum = beta }, [0, SaddlePoints.Beside]);
        for (var step = 1; step <= 1000; step++)
        {
            descent.Step(SaddlePoints.Rate, SaddlePoints.Saddle);
            if (descent.Point[1] >= 1) return step;
        }

        return 1000;
    }
}
