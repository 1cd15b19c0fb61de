using Evenkeel.Records.RunLog;
using Evenkeel.Training.Diagnostics;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Diagnostics;

/// <summary>What a learning curve tells: planted, found, and not seen in a healthy curve.</summary>
public sealed class CurveFindingTests
{
    private const int Epochs = 12;
    private const int StepsOfEpoch = 20;

    [Fact]
    public void A_healthy_curve_raises_nothing() => Assert.Empty(Of(Curve(static t => (2 * Math.Exp(-6 * t)) + 0.05)));

    [Fact]
    public void EK1101_a_loss_that_ends_above_its_start()
    {
        var finding = Assert.Single(Of(Curve(static t => 2 + (3 * t))), static finding => finding.Code == "EK1101");
        Assert.True(finding.Number("last_loss") > finding.Number("first_loss"));
    }

    [Fact]
    public void EK1101_steps_that_are_not_finite()
    {
        var curve = Curve(static t => 2 * Math.Exp(-6 * t));
        var skipped = curve with { Steps = [.. curve.Steps.Select(static (step, index) => index % 20 == 5 ? step with { Loss = double.NaN, Skipped = true } : step)] };
        Assert.Equal(Epochs * StepsOfEpoch / 20, Assert.Single(Of(skipped), static finding => finding.Code == "EK1101").Number("skipped"));
    }

    [Fact]
    public void EK1101_is_seen_in_a_real_run()
    {
        var log = new Recorder();
        new Trainer(Small.Model(normalization: Layers.Models.NormalizationKind.None), Small.Loss, (Small.Options with { LearningRate = 3, MaximumSkips = 1000, Epochs = 8 }).With(log)).Fit(Small.Rings(602, 1));
        Assert.Contains(Of(log.Curve), static finding => finding.Code == "EK1101");
    }

    [Fact]
    public void EK1102_a_loss_that_falls_evenly_and_slowly()
    {
        var curve = Curve(static t => 2 - (0.2 * t));
        Assert.InRange(Assert.Single(Of(curve)).Number("share_gone"), 0.05, 0.1);
        Assert.Equal("EK1102", Assert.Single(Of(curve)).Code);
        Assert.Empty(Of(curve with { IsFinished = false }));
        Assert.Contains(Of(Curve(static _ => 1.1)), static finding => finding.Code == "EK1102");
    }

    [Fact]
    public void EK1102_is_seen_in_a_real_run()
    {
        var log = new Recorder();
        new Trainer(Small.Model(), Small.Loss, (Small.Options with { LearningRate = 1e-5f, Epochs = 10 }).With(log)).Fit(Small.Rings(602, 1));
        Assert.Contains(Of(log.Curve), static finding => finding.Code == "EK1102");
    }

    [Fact]
    public void EK1103_training_accuracy_that_settles_low()
    {
        var curve = Curve(static t => 0.9 + (0.2 * Math.Exp(-9 * t)), static _ => 0.45);
        var finding = Assert.Single(Of(curve), static finding => finding.Code == "EK1103");
        Assert.Equal(1.0 / 3, finding.Number("chance"), 12);
        Assert.DoesNotContain(Of(Curve(static t => 0.9 + (0.2 * Math.Exp(-9 * t)), static t => 0.3 + (0.2 * t))), static finding => finding.Code == "EK1103");
    }

    [Fact]
    public void EK1104_a_validation_loss_that_rises_again()
    {
        var curve = Curve(static t => 2 * Math.Exp(-6 * t), static t => 1 - Math.Exp(-6 * t), static t => 0.5 + Math.Pow((2 * t) - 0.7, 2), static _ => 0.8);
        var finding = Assert.Single(Of(curve), static finding => finding.Code == "EK1104");
        Assert.True(finding.Number("validation_loss") > 1.25 * finding.Number("best_validation_loss"));
        var jump = curve with { Validations = [.. curve.Validations.Select(static (validation, at) => at == Epochs - 2 ? validation with { Loss = 0.1 } : validation)] };
        Assert.DoesNotContain(Of(jump), static finding => finding.Code == "EK1104");
        var rights = curve with { Validations = [.. curve.Validations.Select(static validation => validation with { Accuracy = 0.99 })] };
        Assert.DoesNotContain(Of(rights), static finding => finding.Code == "EK1104");
    }

    [Fact]
    public void EK1105_a_loss_that_stands_still_at_a_high_rate()
    {
        var curve = Curve(static t => t < 0.3 ? 2 - (4 * t) : 0.8);
        Assert.Equal(0.1, Assert.Single(Of(curve), static finding => finding.Code == "EK1105").Number("rate"));
        var decayed = curve with { Steps = [.. curve.Steps.Select(static (step, index) => step with { LearningRate = 0.1 / (1 + index) })] };
        Assert.DoesNotContain(Of(decayed), static finding => finding.Code == "EK1105");
        var early = new Patient { Model = Small.Model(), Curve = curve with { IsFinished = false }, PlannedSteps = 3 * curve.Steps[^1].Step };
        Assert.DoesNotContain(Doctor.Examine(early).Findings, static finding => finding.Code == "EK1105");
        Assert.Contains(Doctor.Examine(early with { PlannedSteps = 2 * curve.Steps[^1].Step }).Findings, static finding => finding.Code == "EK1105");
    }

    [Fact]
    public void EK1106_no_gradient_arrives()
    {
        var curve = Curve(static _ => 1.0986);
        var still = curve with { Steps = [.. curve.Steps.Select(static step => step with { GradientNorm = 0 })] };
        Assert.Equal(Severity.Error, Assert.Single(Of(still), static finding => finding.Code == "EK1106").Severity);
        Assert.DoesNotContain(Of(curve), static finding => finding.Code == "EK1106");
    }

    [Fact]
    public void EK1106_no_rate_of_a_sweep_lowers_the_loss()
    {
        var patient = new Patient { Model = Small.Model(), RateSweep = new RateSweep([1e-5, 1e-4, 1e-3, 1e-2, 1e-1], [1.1, 1.1, 1.095, 1.2, double.NaN]) };
        Clinic.Single("EK1106", patient);
        Assert.Empty(Clinic.Find("EK1106", patient with { RateSweep = new RateSweep([1e-5, 1e-4, 1e-3, 1e-2, 1e-1], [1.1, 1.1, 0.9, 0.5, double.NaN]) }));
    }

    private static Finding[] Of(TrainingCurve curve) => [.. Doctor.Examine(new Patient { Model = Small.Model(), Curve = curve }).Findings];

    /// <summary>A run of twelve epochs whose numbers are functions of the share t of the run that has passed.</summary>
    private static TrainingCurve Curve(Func<double, double> loss, Func<double, double>? accuracy = null, Func<double, double>? validationLoss = null, Func<double, double>? validationAccuracy = null)
    {
        var steps = Enumerable.Range(1, Epochs * StepsOfEpoch).Select(step => new StepEvent(step, step, 1 + ((step - 1) / StepsOfEpoch), loss((double)step / (Epochs * StepsOfEpoch)), 0.1, GradientNorm: 1));
        var ends = Enumerable.Range(1, Epochs).Select(static epoch => (Epoch: epoch, T: (double)epoch / Epochs)).ToArray();
        return new TrainingCurve
        {
            Steps = [.. steps],
            Epochs = [.. ends.Select(end => new EpochEvent(end.Epoch, end.Epoch * StepsOfEpoch, loss(end.T), accuracy?.Invoke(end.T)))],
            Validations = validationLoss is null ? [] : [.. ends.Select(end => new ValidationEvent(end.Epoch * StepsOfEpoch, end.Epoch, validationLoss(end.T), validationAccuracy?.Invoke(end.T)))],
        };
    }

    private sealed class Recorder : Callbacks.Callback
    {
        private readonly List<StepEvent> _steps = [];

        public TrainingCurve Curve => new() { Steps = [.. _steps] };

        public override void OnStep(in StepEvent step, Callbacks.FitContext context) => _steps.Add(step);
    }
}
