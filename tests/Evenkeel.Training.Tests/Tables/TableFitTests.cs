using System.Globalization;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Tables;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.TestKit;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Evaluation;
using Evenkeel.Training.Metrics;
using Evenkeel.Training.Tests.Support;
using RootMeanSquaredError = Evenkeel.Training.Metrics.RootMeanSquaredError;

namespace Evenkeel.Training.Tests.Tables;

public sealed class TableFitTests : IDisposable
{
    /// <summary>The price follows from area and town within a thousandth of its deviation; outputs are float.</summary>
    private const double Close = 0.1;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_regression_learns_in_scaled_units_and_answers_in_those_of_the_data()
    {
        var import = Houses();
        var model = Build(import, 1);
        var trainer = new Trainer(model, new MeanSquaredError(), Options with { RunFolder = _folder["run"], StandardizeTargets = true, Metrics = [new DeterminationCoefficient(), new RootMeanSquaredError()] });
        var result = trainer.Fit(import.Parts.Training, import.Parts.Test);
        Assert.True(result.TestMetrics[0].Value > 0.97, $"R squared {result.TestMetrics[0].Value}");
        // In euros, not in deviations: the targets' deviation is above a hundred thousand.
        Assert.InRange(result.TestMetrics[1].Value, 1_000, 60_000);

        using var checkpoint = Checkpoint.Open(_folder["run"]);
        Assert.Equal(import.Schema, checkpoint.Info.Table);
        var summary = Evaluator.Evaluate(checkpoint.BuildModel(), new MeanSquaredError(), checkpoint.Info.Transforms.Over(import.Parts.Test), [new DeterminationCoefficient(), new RootMeanSquaredError()], scaling: checkpoint.Info.TargetScaling);
        Assert.Equal(result.TestMetrics[1].Value, summary.Metrics[1].Value, 1e-6 * result.TestMetrics[1].Value);
        Assert.Equal(result.TestLoss!.Value, summary.Loss, 1e-9);

        using var predictor = Predictor.Load(_folder["run"]);
        var large = predictor.PredictRow(new Dictionary<string, string?> { ["area"] = "200", ["town"] = "Bonn", ["rooms"] = null }).Outputs[0];
        var small = predictor.PredictRow(new Dictionary<string, string?> { ["area"] = "50", ["town"] = "Bonn", ["rooms"] = "2" }).Outputs[0];
        Assert.InRange(large, 600_000 * (1 - Close), 600_000 * (1 + Close));
        Assert.InRange(small, 150_000 * (1 - (2 * Close)), 150_000 * (1 + (2 * Close)));
        var rows = predictor.PredictTable(CsvTable.Parse(new StringReader("town;area;rooms\nBonn;200;\nBonn;50;2\n"), "rows"));
        Assert.Equal([large, small], [rows[0].Outputs[0], rows[1].Outputs[0]]);
    }

    [Fact]
    public void Standardization_and_scaling_see_the_training_part_alone()
    {
        var import = Houses();
        var options = Options with { Steps = 2, Validation = 100, StandardizeTargets = true, RunFolder = _folder["run"] };
        new Trainer(Build(import, 1), new MeanSquaredError(), options).Fit(import.Parts.Training, import.Parts.Test);
        var training = import.Parts.Training.HoldOut(100, options.Seed).First;
        using var checkpoint = Checkpoint.Open(_folder["run"]);
        Assert.Equal(ColumnStandardization.Measure(training, import.Schema), Assert.Single(checkpoint.Info.Transforms.Transforms));
        Assert.Equal(TargetScaling.Measure(training), checkpoint.Info.TargetScaling);
        Assert.NotEqual(TargetScaling.Measure(import.Parts.Training), checkpoint.Info.TargetScaling);
    }

    [Fact]
    public void A_resumed_table_run_ends_with_the_bits_of_an_uninterrupted_one()
    {
        var import = Houses();
        var whole = Fit(_folder["whole"], CancellationToken.None);
        using var source = new CancellationTokenSource();
        var watch = new Callbacks.DelegateCallback { Step = (in Evenkeel.Records.RunLog.StepEvent e) => { if (e.Step == 20) source.Cancel(); } };
        Assert.Equal(TrainOutcome.Cancelled, Fit(_folder["cut"], source.Token, watch).Outcome);
        var resumed = new Trainer(Build(import, 1), new MeanSquaredError(), Options with { StandardizeTargets = true, Steps = 40 }).Resume(_folder["cut"], import.Parts.Training, import.Parts.Test);
        Assert.Equal(whole.WeightsHash, resumed.WeightsHash);
        Assert.Equal(whole.TestLoss, resumed.TestLoss);

        TrainResult Fit(string folder, CancellationToken cancellation, params Callbacks.Callback[] callbacks) =>
            new Trainer(Build(import, 1), new MeanSquaredError(), Options with { StandardizeTargets = true, Steps = 40, RunFolder = folder, Callbacks = [.. callbacks] }).Fit(import.Parts.Training, import.Parts.Test, null, cancellation);
    }

    [Fact]
    public void Rows_for_a_model_without_a_table_are_refused()
    {
        using var predictor = new Predictor(Small.Model());
        var error = Assert.Throws<TrainingException>(() => predictor.PredictRow(new Dictionary<string, string?>()));
        Assert.Equal("EK0588", error.Code);
        Assert.Contains("no table", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<TrainingException>(() => new Predictor(Small.Model(), new CheckpointInfo { Table = new TableSchema([Houses().Schema.Columns[0]], "price", TargetSpec.Values(1)) }));
        Assert.Equal("EK0503", error.Code);
    }

    private static TrainerOptions Options { get; } = Small.Options with { Steps = 600, BatchSize = 50, Validation = 60, Threads = 1 };

    private static Model Build(TableImport import, int outputs) =>
        ModelTable.Create("mlp", new ModelOptions { Outputs = outputs, Hidden = [32, 16], Normalization = NormalizationKind.Batch }).Build(Shape.Batch(import.Schema.FeatureCount), 3);

    /// <summary>Six hundred houses whose price is area times the town's rate; some do not know their rooms.</summary>
    private static TableImport Houses()
    {
        var random = new SeededRandom(4);
        string[] towns = ["Aachen", "Bonn", "Celle"];
        var rows = Enumerable.Range(0, 600).Select(i =>
        {
            var area = 30 + (random.NextUniform() * 220);
            return string.Create(CultureInfo.InvariantCulture, $"{area:F3},{towns[i % 3]},{(i % 7 == 0 ? "" : (int)(area / 25))},{area * (2000 + (1000 * (i % 3))):F2}");
        });
        return TableImport.From(CsvTable.Parse(new StringReader(string.Join('\n', rows.Prepend("area,town,rooms,price"))), "houses"), new TableOptions { Target = "price" });
    }
}
