using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.TestKit;
using Evenkeel.Training.Diagnostics;
using Evenkeel.Training.Evaluation;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Diagnostics;

/// <summary>Mistakes that show in the model's values and on samples: planted, and found.</summary>
public sealed class StatisticsFindingTests
{
    [Theory]
    [InlineData(false, Severity.Warning)]
    [InlineData(true, Severity.Information)]
    public void EK1005_statistics_that_are_not_warmed_up(bool correction, Severity severity)
    {
        var model = Clinic.Normalized(BatchNormOptions.Default with { BiasCorrection = correction, RunningAverage = RunningAverage.Retention(0.99f) });
        Clinic.Trained(model);
        var finding = Clinic.Single("EK1005", model);
        Assert.Equal(severity, finding.Severity);
        Assert.Equal(459, finding.Number("updates_needed"));
        Assert.Equal(1 - Math.Pow(0.99, finding.Number("updates")), finding.Number("running_weight"), 1e-4);
    }

    [Fact]
    public void EK1005_is_seen_before_the_first_step_and_healed_by_recalibration()
    {
        var slow = BatchNormOptions.Default with { RunningAverage = RunningAverage.Retention(0.99f) };
        var planned = new Patient { Model = Clinic.Normalized(slow with { BiasCorrection = false }), PlannedSteps = 200 };
        Assert.Equal(459, Clinic.Single("EK1005", planned).Number("updates_needed"));
        Assert.Empty(Clinic.Find("EK1005", planned with { PlannedSteps = 1000 }));

        var model = Clinic.Trained(Clinic.Normalized(slow));
        Clinic.Single("EK1005", Clinic.Patient(model)).Fix!.Apply(model);
        Assert.Empty(Clinic.Find("EK1005", model));
    }

    [Theory]
    [InlineData("hidden1.bn")]
    [InlineData("hidden2.bn")]
    public void EK1006_the_layer_whose_statistics_are_wrong_bears_the_blame(string layer)
    {
        var model = Clinic.Trained();
        var patient = Clinic.Patient(model);
        Assert.Empty(Clinic.Find("EK1006", patient));
        var (mean, variance) = (model.State(layer, "running_mean").ToArray(), model.State(layer, "running_variance").ToArray());
        for (var channel = 0; channel < mean.Length; channel++) model.State(layer, "running_mean")[channel] += 1.5 * Math.Sqrt(variance[channel]);
        var finding = Clinic.Single("EK1006", patient);
        Assert.Equal(layer, finding.Layer);
        Assert.Equal(1, finding.Number("rank"));
        Assert.Equal(1.5, finding.Number("mean_shift"), 0.3);
        Assert.True(finding.Number("running_loss") > finding.Number("batch_loss") + 0.1);

        var gap = Doctor.Examine(patient).Gap!;
        Assert.True(gap.StatisticsPart > 5 * Math.Abs(gap.OverfittingPart), gap.ToString());
        Assert.Equal(gap.Gap, gap.StatisticsPart + gap.OverfittingPart, 1e-9);

        finding.Fix!.Apply(model);
        Assert.Empty(Clinic.Find("EK1006", patient));
    }

    [Fact]
    public void EK1006_finds_averaged_weights_with_the_statistics_of_one_model()
    {
        // Two nets of different seeds averaged: the activations are those of neither (catalogue 24).
        var (one, two) = (Clinic.Trained(), Clinic.Trained(Small.Model(seed: 99)));
        for (var i = 0; i < one.Parameters.Span.Length; i++) one.Parameters.Span[i] = (one.Parameters.Span[i] + two.Parameters.Span[i]) / 2;
        Assert.NotEmpty(Clinic.Find("EK1006", Clinic.Patient(one)));
    }

    [Fact]
    public void The_gap_of_evaluation_by_single_samples_is_measured_as_evaluation_makes_it()
    {
        var held = Small.Rings(200, 2);
        var (plain, mixed) = (Clinic.Trained(Clinic.Normalized(BatchNormOptions.Default)), Clinic.Normalized(BatchNormOptions.Default with { SampleWeight = 0.5f }));
        mixed.Parameters.CopyFrom(plain.Parameters);
        mixed.States.CopyFrom(plain.States);
        var (one, two) = (Gap(plain), Gap(mixed));
        Assert.Equal(one.Training, two.Training);
        Assert.NotEqual(one.Evaluation, two.Evaluation);
        Assert.Equal(Evaluator.Evaluate(mixed, Small.Loss, held).Loss, two.Evaluation, 1e-5);

        LossGap Gap(Model model) => Doctor.Examine(Clinic.Patient(model) with { Evaluation = held }).Gap!;
    }

    [Fact]
    public void A_gap_of_a_model_that_learnt_by_heart_is_overfitting_and_not_statistics()
    {
        var few = Small.Rings(60, 5);
        var model = Small.Model();
        new Trainer(model, Small.Loss, Clinic.Options with { Validation = 0, Epochs = 120, BatchSize = 30 }).Fit(few);
        var gap = Doctor.Examine(new Patient { Model = model, Loss = Small.Loss, Training = few, Evaluation = Clinic.HeldOut }).Gap!;
        Assert.True(gap.OverfittingPart > 3 * Math.Abs(gap.StatisticsPart), gap.ToString());
    }

    [Fact]
    public void EK1007_and_EK1008_broken_statistics_and_their_fix()
    {
        var model = Clinic.Trained();
        model.State("hidden1.bn", "running_mean")[3] = double.NaN;
        model.State("hidden1.bn", "running_variance")[4] = double.PositiveInfinity;
        model.State("hidden2.bn", "running_variance")[0] = -1.92;
        var patient = Clinic.Patient(model);
        Assert.Equal(2, Clinic.Single("EK1007", patient).Number("channels"));
        Assert.Equal("hidden2.bn", Clinic.Single("EK1008", patient).Layer);
        var report = Doctor.Examine(patient);
        Assert.Equal(Severity.Error, report.Gravest);
        Assert.Single(report.ApplyFixes(model));
        Assert.Empty(Doctor.Examine(patient).Findings);
    }

    [Fact]
    public void EK1009_an_exploding_running_variance()
    {
        var model = Clinic.Trained();
        var patient = new Patient { Model = model, VarianceHistory = System.Collections.Immutable.ImmutableDictionary<string, System.Collections.Immutable.ImmutableArray<double>>.Empty.Add("hidden1.bn", [1e-4, 1.1e-4, 1e-4]) };
        Assert.Equal(1e-4, Clinic.Single("EK1009", patient).Number("median_before"));
        Assert.Empty(Clinic.Find("EK1009", model));
        model.State("hidden2.bn", "running_variance")[1] = 1e7;
        Assert.Equal("hidden2.bn", Clinic.Single("EK1009", model).Layer);
    }

    [Fact]
    public void EK1010_constant_channels()
    {
        var model = Clinic.Trained();
        Assert.Empty(Clinic.Find("EK1010", model));
        model.State("hidden1.bn", "running_variance")[..2].Clear();
        Assert.Equal(2, Clinic.Single("EK1010", model).Number("channels"));
    }

    [Fact]
    public void EK1011_dead_and_saturated_channels()
    {
        var model = Clinic.Trained();
        Assert.Empty(Clinic.Find("EK1011", model));
        model.Parameters["hidden1.bn.beta"].Span[..6].Fill(-10);
        Assert.Equal(6, Clinic.Single("EK1011", model).Number("dead"));

        var sigmoid = Clinic.Network(("hidden", new Dense(8)), ("bn", new BatchNorm()), ("s", new Sigmoid()), ("out", new Dense(3)));
        Assert.Empty(Clinic.Find("EK1011", sigmoid));
        sigmoid.Parameters["bn.beta"].Span[..2].Fill(8);
        Assert.Equal(2, Clinic.Single("EK1011", sigmoid).Number("saturated"));
    }

    [Fact]
    public void EK1019_evaluation_data_from_elsewhere()
    {
        var model = Clinic.Trained();
        var patient = Clinic.Patient(model);
        Assert.Empty(Clinic.Find("EK1019", patient));
        var findings = Clinic.Find("EK1019", patient with { Evaluation = Clinic.HeldOut.With(new Louder()) });
        Assert.Contains(findings, static finding => finding.Layer == "hidden1.bn");
        Assert.Empty(Clinic.Find("EK1006", patient with { Evaluation = Clinic.HeldOut.With(new Louder()) }));
    }

    [Fact]
    public void EK1028_padding_in_the_statistics()
    {
        var model = new Sequential(("bn", new BatchNorm()), ("flatten", new Flatten()), ("out", new Dense(2))).Build(Shape.Batch(10, 4));
        Assert.InRange(Clinic.Single("EK1028", new Patient { Model = model, Training = Sequences(3, 9) }).Number("padded_share"), 0.2, 0.7);
        Assert.Empty(Clinic.Find("EK1028", new Patient { Model = model, Training = Sequences(10, 11) }));
    }

    [Fact]
    public void EK1029_untouched_statistics()
    {
        Assert.Empty(Clinic.Find("EK1029", Small.Model()));
        var model = Small.Model();
        model.Parameters["hidden1.bn.gamma"].Span[0] = 0.9f;
        Assert.Equal(["hidden1.bn", "hidden2.bn"], Clinic.Find("EK1029", model).Select(static finding => finding.Layer));
        Assert.Equal("bn", Clinic.Single("EK1029", Clinic.Normalized(BatchNormOptions.Frozen)).Layer);

        // As in files of other programs: mean 0, variance 1, no update.
        var plain = Clinic.Normalized(BatchNormOptions.Default with { BiasCorrection = false });
        Assert.Equal("bn", Clinic.Single("EK1029", new Patient { Model = plain, Commits = 100 }).Layer);
        Assert.Empty(Clinic.Find("EK1029", Clinic.Trained()));
    }

    [Fact]
    public void EK1030_folding_that_changes_the_outputs()
    {
        var model = Clinic.Network(("hidden", new Dense(4)), ("bn", new BatchNorm()));
        Assert.Empty(Clinic.Find("EK1030", model));

        // Weights of two units in the last place of the smallest number: a product with them is rounded away, a folded one is not.
        model.Parameters["hidden.weight"].Span.Fill(2 * float.Epsilon);
        model.Parameters["bn.gamma"].Span.Fill(1e30f);
        Assert.True(Clinic.Single("EK1030", model).Number("folding_error") > 1e-3);
    }

    [Fact]
    public void EK1032_batches_sorted_by_class()
    {
        var indices = Enumerable.Range(0, 600).OrderBy(index => Clinic.Samples.ReadLabel(index)).ToArray();
        var sorted = Clinic.Samples.Subset(indices);
        var patient = new Patient { Model = Small.Model(), Training = sorted, BatchSize = 32, Shuffles = false };
        Assert.InRange(Clinic.Single("EK1032", patient).Number("batch_entropy"), 0, 0.2);
        Assert.Empty(Clinic.Find("EK1032", patient with { Shuffles = true }));
        Assert.Empty(Clinic.Find("EK1032", patient with { Training = Clinic.Samples }));
    }

    /// <summary>Sequences of 10 positions and 4 features whose tails are zero from a random length on.</summary>
    private static Dataset Sequences(int shortest, int longest)
    {
        var random = new SeededRandom(4);
        var samples = new float[60 * 40];
        for (var i = 0; i < 60; i++)
        {
            var length = shortest + (i % (longest - shortest));
            for (var f = 0; f < length * 4; f++) samples[(i * 40) + f] = (float)random.NextNormal();
        }

        return Dataset.From(samples, [10, 4], Enumerable.Range(0, 60).Select(static i => i % 2).ToArray());
    }

    private sealed class Louder : Data.Transforms.ITransform
    {
        public string Kind => "louder";

        public void Apply(Span<float> features, int channels)
        {
            foreach (ref var value in features) value = (3 * value) + 2;
        }

        public void WriteProperties(System.Text.Json.Utf8JsonWriter writer)
        {
        }
    }
}
