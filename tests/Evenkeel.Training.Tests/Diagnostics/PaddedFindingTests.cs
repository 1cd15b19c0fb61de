using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.TestKit;
using Evenkeel.Training.Diagnostics;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Diagnostics;

/// <summary>Mistakes with batch normalisation of padded sequences: planted, and found.</summary>
public sealed class PaddedFindingTests
{
    private const int Steps = 8, Features = 4, Valid = 2;

    /// <summary>Two valid steps of eight in every sample, and a label that they tell.</summary>
    private static Dataset Sequences { get; } = Make(240);

    [Fact]
    public void A_healthy_fit_of_padded_sequences_raises_none()
    {
        var model = Fitted(BatchNormOptions.Default);
        Assert.Empty(Doctor.Examine(Patient(model)).Findings.Where(static finding => finding.Severity > Severity.Information));
    }

    [Fact]
    public void EK1002_counts_the_valid_steps_of_padded_sequences()
    {
        var model = Network(BatchNormOptions.Default);
        var patient = new Patient { Model = model, BatchSize = 6 };
        Assert.Empty(Clinic.Find("EK1002", patient));
        var finding = Clinic.Single("EK1002", patient with { Training = Sequences });
        Assert.Equal(6 * Valid, finding.Number("values_per_channel"));
        Assert.Contains("25 %", finding.Message.Replace('\u00a0', ' '), StringComparison.Ordinal);
    }

    [Fact]
    public void EK1005_statistics_of_valid_steps_that_are_not_warmed_up()
    {
        var model = Fitted(BatchNormOptions.Default with { BiasCorrection = false, RunningAverage = RunningAverage.Retention(0.999f) });
        Assert.Equal("padded.norm", Clinic.Single("EK1005", Patient(model)).Layer);
    }

    [Fact]
    public void EK1006_compares_with_the_valid_steps_alone_and_its_fix_measures_them()
    {
        var model = Fitted(BatchNormOptions.Default);
        for (var channel = 0; channel < model.State("padded.norm", "running_mean").Length; channel++) model.State("padded.norm", "running_mean")[channel] += 2 * Math.Sqrt(model.State("padded.norm", "running_variance")[channel]);
        var finding = Clinic.Single("EK1006", Patient(model));
        Assert.Equal("padded.norm", finding.Layer);
        Assert.Equal(2, finding.Number("mean_shift"), 0.3);
        finding.Fix!.Apply(model);
        Assert.Empty(Clinic.Find("EK1006", Patient(model)));
    }

    [Fact]
    public void EK1006_says_nothing_of_a_batch_without_a_valid_step()
    {
        var model = Fitted(BatchNormOptions.Default);
        var empty = Dataset.From(new float[12 * Steps * Features], [Steps, Features], new int[12]);
        Assert.Empty(Doctor.Examine(Patient(model) with { Training = empty }).Findings.Where(static finding => finding.Code is "EK1006" or "EK1019"));
    }

    [Fact]
    public void EK1018_a_frozen_padded_layer_whose_statistics_move()
    {
        Assert.Single(Clinic.Find("EK1018", Network(BatchNormOptions.Default with { TrainScaleAndShift = false })));
        Assert.Empty(Clinic.Find("EK1018", Network(BatchNormOptions.Frozen)));
    }

    [Fact]
    public void EK1029_statistics_of_valid_steps_that_nothing_has_moved()
    {
        Assert.Equal("padded.norm", Clinic.Single("EK1029", Network(BatchNormOptions.Frozen)).Layer);
    }

    private static Model Network(BatchNormOptions options) => new Sequential(
        ("padded", new Masked(new Sequential(("fc", new Dense(12, new DenseOptions { Bias = BiasUse.Never })), ("norm", new BatchNorm(options)), ("act", new Relu()), ("pool", new SequencePool(Graph.Nodes.SequencePooling.Mean))))),
        ("out", new Dense(2))).Build(Shape.Batch(Steps, Features), 3);

    private static Model Fitted(BatchNormOptions options)
    {
        var model = Network(options);
        new Trainer(model, Small.Loss, Clinic.Options with { Epochs = 8, BatchSize = 40 }).Fit(Sequences);
        return model;
    }

    private static Patient Patient(Model model) => new() { Model = model, Loss = Small.Loss, BatchSize = 40, Training = Sequences };

    private static Dataset Make(int samples)
    {
        var random = new SeededRandom(5);
        var (x, labels) = (new float[samples * Steps * Features], new int[samples]);
        for (var sample = 0; sample < samples; sample++)
        {
            labels[sample] = sample % 2;
            for (var i = 0; i < Valid * Features; i++) x[(sample * Steps * Features) + i] = (float)((labels[sample] == 0 ? -0.7 : 0.7) + random.NextNormal());
        }

        return Dataset.From(x, [Steps, Features], labels);
    }
}
