using System.Collections.Immutable;
using Evenkeel.Reports.Charts;
using Evenkeel.Training.Diagnostics;

namespace Evenkeel.Training.Search;

/// <summary>The loss over a rising learning rate, and the rate that it suggests.</summary>
public sealed record RateCurve
{
    /// <summary>The learning rate of every step that was taken, rising.</summary>
    public required ImmutableArray<double> LearningRates { get; init; }

    /// <summary>The batch loss of every step, before its update.</summary>
    public required ImmutableArray<double> Losses { get; init; }

    /// <summary>The smoothed loss of every step.</summary>
    public required ImmutableArray<double> Smoothed { get; init; }

    /// <summary>Whether the ramp ended early because the loss had left its best value far behind, or was not finite.</summary>
    public required bool Diverged { get; init; }

    /// <summary>The rate at the lowest smoothed loss: already too high to train with.</summary>
    public required double AtLowestLoss { get; init; }

    /// <summary>The rate at which the smoothed loss falls fastest over the logarithm of the rate.</summary>
    public required double Steepest { get; init; }

    /// <summary>The highest rate to train with: a tenth of <see cref="AtLowestLoss"/>; null where no rate brought the loss down by 2 %.</summary>
    public double? Suggestion { get; init; }

    /// <summary>The curve as the doctor takes it: where nothing brought the loss down it finds EK1106.</summary>
    public RateSweep Sweep => new(LearningRates, Smoothed);

    /// <summary>The curve as a chart.</summary>
    public Chart ToChart() => new("Loss over the learning rate", new ChartAxis("learning rate") { Scale = AxisScale.Logarithmic }, new ChartAxis("loss") { Maximum = Top() },
    [
        new LineSeries("batch loss", LearningRates, Losses) { Weight = LineWeight.Faint },
        new LineSeries("smoothed", LearningRates, Smoothed),
        .. Suggestion is { } suggestion ? new ChartSeries[] { new RuleSeries(TrainingErrors.Invariant($"suggestion {suggestion:G2}"), suggestion) { Vertical = true } } : [],
    ]);

    /// <summary>What a diverging end would otherwise press flat.</summary>
    private double Top() => 1.5 * Smoothed.Take(Math.Max(1, Smoothed.Length / 4)).Where(double.IsFinite).DefaultIfEmpty(1).Max();
}
