using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Trials;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Optimization.Optimizers;

namespace Evenkeel.Lab.Experiments.Optimizers;

/// <summary>Momentum averages gradients; the noise of the weights is not smaller for it.</summary>
public sealed class MomentumNoise : Experiment
{
    private const int Chains = 4096;
    private const int Steps = 1500;
    private const float Beta = 0.9f;
    private const float Rate = 0.1f;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C53", Topics.Optimizers, "Momentum averages noise")
    {
        Source = "S2",
        Phrase = "noise가 평균화",
        Question = "What is the variance of the averaged gradient, and of the weights?",
        Criterion = "The variance of (1 - beta) v is (1 - beta) / (1 + beta) of a gradient's, within 10%; the variance of the weights, at equal rate / (1 - beta), is at least 20% lower than without momentum.",
        Cost = Cost.Exact(2),
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (_, velocity) = Run(Beta, Rate * (1 - Beta), curvature: 0);
        var averaged = (1 - Beta) * (1 - Beta) * velocity;
        var (plain, _) = Run(0, Rate, curvature: 1);
        var (momentum, _) = Run(Beta, Rate * (1 - Beta), curvature: 1);
        Finding[] findings =
        [
            Judge.Near("variance of (1 - beta) v over a gradient's", averaged, (1 - Beta) / (1 + Beta), 0.1, "averages noise"),
            Judge.AtMost("variance of the weights with momentum, over that without, at equal rate / (1 - beta)", momentum / plain, 0.8, "averages noise"),
        ];
        return Outcome.Of(context, Claim, findings, "The velocity is a good average: at 0.9 its noise has a nineteenth of a gradient's variance. But it is carried along for many steps, and with the rate that gives the same speed the weights end up as noisy as without momentum. Momentum buys speed in flat directions, not quiet.") with
        {
            Facts = [("variance of the weights, without and with momentum", FormattableString.Invariant($"{plain:0.0000}, {momentum:0.0000} (closed form without: {Rate / (2 - Rate):0.0000})"))],
        };
    }

    /// <summary>The mean variance of weights and velocity over the second half of the steps, for gradients <c>curvature w + noise</c>.</summary>
    private static (double Weights, double Velocity) Run(float beta, float rate, float curvature)
    {
        using var descent = new Descent(new Sgd { Momentum = beta }, new float[Chains]);
        var random = new RandomStream(1, "gradient noise");
        var noise = new float[Chains];
        var (weights, velocity) = (0.0, 0.0);
        for (var step = 0; step < Steps; step++)
        {
            random.FillNormal(noise, (ulong)step);
            descent.Step(rate, (point, gradient) =>
            {
                for (var i = 0; i < gradient.Length; i++) gradient[i] = (curvature * point[i]) + noise[i];
            });
            if (step < Steps / 2) continue;
            weights += Square(descent.Point) / (Steps - (Steps / 2));
            velocity += Square(descent.FirstSlot) / (Steps - (Steps / 2));
        }

        return (weights, velocity);
    }

    private static double Square(ReadOnlySpan<float> values) => Descent.Norm(values) * Descent.Norm(values) / values.Length;
}
