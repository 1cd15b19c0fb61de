using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Normalization;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.TestKit;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Diagnostics;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Diagnostics;

public sealed class DoctorTests
{
    [Fact]
    public void A_healthy_fit_raises_nothing_and_every_check_can_run()
    {
        var report = Doctor.Examine(Clinic.Patient(Clinic.Trained()) with { Curve = new TrainingCurve(), PlannedSteps = 68, Commits = 68 });
        Assert.Empty(report.Findings);
        Assert.Empty(report.LeftOut);
        Assert.Equal(CheckTable.All.Length, report.Checks.Length);
        Assert.Null(report.Gravest);
        Assert.Contains("nothing found", report.ToText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("sgd")]
    public void Healthy_runs_on_glyphs_raise_nothing(string optimizer)
    {
        var parts = Glyphs.Load();
        var training = parts.Training.Take(3000);
        var model = Layers.Models.ModelTable.Create("mlp", new Layers.Models.ModelOptions { Outputs = 10, Hidden = [64, 64] }).Build(Graph.Shapes.Shape.Batch(training.Shape.Dimensions));
        using var folder = new TemporaryFolder();
        new Trainer(model, Small.Loss, new TrainerOptions { Optimizer = OptimizerTable.Create(optimizer, new OptimizerOptions()), Epochs = 4, Validation = 500, RunFolder = folder["run"], LogEvery = 1 }).Fit(training);
        Assert.Empty(Healthy(folder["run"], training, parts.Test).Findings);
    }

    [MnistFact]
    public void Healthy_runs_on_MNIST_raise_nothing()
    {
        var parts = Mnist.Load(MnistFactAttribute.Folder!);
        foreach (var (optimizer, rate) in new[] { ("adam", 0.001f), ("sgd", 0.1f) })
        {
            var model = Layers.Models.ModelTable.Create("mlp", new Layers.Models.ModelOptions { Outputs = 10, Hidden = [100, 100, 100] }).Build(Graph.Shapes.Shape.Batch(parts.Training.Shape.Dimensions));
            using var folder = new TemporaryFolder();
            new Trainer(model, Small.Loss, new TrainerOptions { Optimizer = OptimizerTable.Create(optimizer, new OptimizerOptions()), LearningRate = rate, Epochs = 3, Validation = 5000, RunFolder = folder["run"] }).Fit(parts.Training);
            Assert.Empty(Healthy(folder["run"], parts.Training, parts.Test).Findings);
        }
    }

    [Fact]
    public void An_examination_changes_nothing_and_gives_the_same_again()
    {
        var model = Clinic.Trained(Small.Model(dropout: 0.3f));
        var before = WeightsHash.Of(model);
        var first = Json(Doctor.Examine(Clinic.Patient(model), new DoctorOptions { Threads = 1 }));
        Assert.Equal(before, WeightsHash.Of(model));
        Assert.Equal(first, Json(Doctor.Examine(Clinic.Patient(model), new DoctorOptions { Threads = 2 })));
    }

    [Fact]
    public void A_check_can_be_switched_off_and_an_unknown_code_is_refused()
    {
        var patient = new Patient { Model = Small.Model(), BatchSize = 4 };
        Assert.Contains(Doctor.Examine(patient).Findings, static finding => finding.Code == "EK1002");
        Assert.DoesNotContain(Doctor.Examine(patient, new DoctorOptions { Without = ["EK1002"] }).Findings, static finding => finding.Code == "EK1002");
        var error = Assert.Throws<TrainingException>(() => Doctor.Examine(patient, new DoctorOptions { Without = ["EK1099"] }));
        Assert.Equal("EK0560", error.Code);
        Assert.Contains("EK1009", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_known_is_said_and_samples_that_do_not_fit_are_refused()
    {
        var report = Doctor.Examine(new Patient { Model = Small.Model() });
        Assert.Contains(report.LeftOut, static item => item is { Check.Code: "EK1006", Missing: Needs.TrainingSamples });
        Assert.Contains("left out without training samples", report.ToText(), StringComparison.Ordinal);
        var foreign = Dataset.From(new float[8], [4], new int[2]);
        Assert.Equal("EK0503", Assert.Throws<TrainingException>(() => Doctor.Examine(new Patient { Model = Small.Model(), Training = foreign })).Code);
    }

    [Fact]
    public void Findings_stand_in_order_of_gravity()
    {
        var model = Clinic.Trained(Small.Model(dropout: 0.5f));
        model.State("hidden2.bn", "running_variance")[0] = double.NaN;
        var findings = Doctor.Examine(Clinic.Patient(model)).Findings;
        Assert.True(findings.Length > 1);
        Assert.Equal(findings.Select(static finding => finding.Severity).OrderDescending(), findings.Select(static finding => finding.Severity));
        Assert.Equal("EK1007", findings[0].Code);
    }

    internal static string Json(DoctorReport report)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            report.WriteJson(json);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static DoctorReport Healthy(string run, Dataset training, Dataset test)
    {
        using var checkpoint = Checkpoint.Open(Path.Combine(run, "checkpoints", "last.safetensors"));
        return Doctor.Examine(new Patient
        {
            Model = checkpoint.BuildModel(),
            Loss = Small.Loss,
            BatchSize = 128,
            PlannedSteps = checkpoint.Step,
            Commits = checkpoint.Step,
            Training = checkpoint.Info.Transforms.Over(training),
            Evaluation = checkpoint.Info.Transforms.Over(test),
            Curve = TrainingCurve.Of(Records.RunLog.RunLogReader.Read(Path.Combine(run, "log.jsonl"))),
        });
    }

    [Fact]
    public void Numbers_in_findings_read_the_same_in_every_culture()
    {
        var (before, commas) = (CultureInfo.CurrentCulture, (CultureInfo)CultureInfo.InvariantCulture.Clone());
        commas.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = commas;
        try
        {
            Assert.Contains("epsilon is 0.1;", Clinic.Single("EK1016", Clinic.Normalized(BatchNormOptions.Default with { Epsilon = 0.1f })).Message, StringComparison.Ordinal);
            Assert.Same(commas, CultureInfo.CurrentCulture);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
