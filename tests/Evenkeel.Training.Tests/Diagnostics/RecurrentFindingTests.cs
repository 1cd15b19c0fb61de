using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.TestKit;
using Evenkeel.Training.Diagnostics;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Diagnostics;

/// <summary>Mistakes with batch normalisation inside recurrent cells: planted, and found.</summary>
public sealed class RecurrentFindingTests
{
    private const int Steps = 5, Features = 4, Units = 6, Gates = 4;
    private const string Product = "lstm.recurrent", Cell = "lstm.cell";

    private static Dataset Sequences { get; } = Make(320);

    public static TheoryData<RecurrentNormalization> Kinds => [RecurrentNormalization.BatchPerStep, RecurrentNormalization.BatchShared];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Both_normalisations_of_a_cell_are_examined_and_a_healthy_fit_raises_none(RecurrentNormalization kind)
    {
        var model = Fitted(kind);
        Assert.Empty(Doctor.Examine(Patient(model)).Findings.Where(static finding => finding.Severity > Severity.Information));
        var seen = new Seen();
        Doctor.Examine(Patient(model), new DoctorOptions { With = [seen] });
        Assert.Equal(["lstm.norm_ih_l0", Product, Cell], seen.Layers.Select(static layer => layer.Name));
        var steps = kind == RecurrentNormalization.BatchPerStep ? Steps : 1;
        Assert.Equal([Gates * Units * steps, Gates * Units * steps, Units * steps], seen.Layers.Select(static layer => layer.Gamma.Length));
        Assert.Equal(seen.Layers.Select(static layer => layer.Mean.Length), seen.Layers.Select(static layer => layer.Beta.Length));
        Assert.All(seen.Layers.Skip(1), layer => Assert.Equal(40, layer.ValuesPerChannel(40)));
    }

    [Fact]
    public void EK1002_a_time_step_is_normalised_by_one_value_per_sample()
    {
        var finding = Clinic.Single("EK1002", new Patient { Model = Network(RecurrentNormalization.BatchShared), BatchSize = 6 });
        Assert.Equal((6, 2), (finding.Number("values_per_channel"), finding.Number("layers")));
        Assert.Equal($"{Product} and 1 more", finding.Layer);
    }

    [Fact]
    public void EK1005_statistics_of_a_cell_that_are_not_warmed_up()
    {
        var model = Network(RecurrentNormalization.BatchPerStep, RunningAverage.Retention(0.999f));
        Fit(model);
        Assert.Equal("lstm.norm_ih_l0 and 2 more", Clinic.Single("EK1005", Patient(model)).Layer);
    }

    [Theory]
    [InlineData(RecurrentNormalization.BatchPerStep, "norm_hh_l0", Product)]
    [InlineData(RecurrentNormalization.BatchPerStep, "norm_c_l0", Cell)]
    [InlineData(RecurrentNormalization.BatchShared, "norm_hh_l0", Product)]
    [InlineData(RecurrentNormalization.BatchShared, "norm_c_l0", Cell)]
    public void EK1006_the_cell_whose_statistics_are_wrong_bears_the_blame_and_its_fix_measures_them(RecurrentNormalization kind, string part, string layer)
    {
        var model = Fitted(kind);
        Span<double> mean = model.State($"lstm.{part}", "running_mean"), variance = model.State($"lstm.{part}", "running_variance");
        for (var channel = 0; channel < mean.Length; channel++) mean[channel] += 6 * Math.Sqrt(variance[channel]);
        var finding = Clinic.Find("EK1006", Patient(model))[0];
        Assert.Equal(layer, finding.Layer);
        Assert.Equal(1, finding.Number("rank"));
        Assert.Equal(6, finding.Number("mean_shift"), 1.5);
        finding.Fix!.Apply(model);
        Assert.Empty(Clinic.Find("EK1006", Patient(model)));
    }

    [Theory]
    [InlineData("EK1007", "running_mean", double.NaN)]
    [InlineData("EK1008", "running_variance", -1)]
    [InlineData("EK1009", "running_variance", 1e9)]
    public void EK1007_EK1008_EK1009_are_seen_in_a_cell(string code, string state, double planted)
    {
        var model = Fitted(RecurrentNormalization.BatchPerStep);
        Assert.Empty(Clinic.Find(code, model));
        model.State("lstm.norm_c_l0", state)[3] = planted;
        Assert.Equal(Cell, Clinic.Single(code, model).Layer);
    }

    [Fact]
    public void EK1010_a_unit_is_constant_only_where_it_is_so_in_every_time_step()
    {
        var model = Fitted(RecurrentNormalization.BatchPerStep);
        var variance = model.State("lstm.norm_ih_l0", "running_variance");
        variance[..(4 * Gates * Units)].Clear();
        Assert.Empty(Clinic.Find("EK1010", model));
        for (var unit = 0; unit < 5; unit++) variance[(4 * Gates * Units) + unit] = 0;
        var finding = Clinic.Single("EK1010", model);
        Assert.Equal(("lstm.norm_ih_l0", 5, Gates * Units), (finding.Layer, finding.Number("channels"), finding.Number("of")));
    }

    [Fact]
    public void EK1029_statistics_of_a_cell_that_nothing_has_moved()
    {
        var model = Fitted(RecurrentNormalization.BatchPerStep);
        foreach (var state in (string[])["running_mean", "running_variance", "running_weight"]) model.State("lstm.norm_hh_l0", state).Clear();
        Assert.Equal(Product, Clinic.Single("EK1029", Patient(model)).Layer);
    }

    private static Model Network(RecurrentNormalization kind, RunningAverage? average = null) => new Sequential(
        ("lstm", new Lstm(Units, new RecurrentOptions { Output = RecurrentOutput.Last, Normalization = kind, RunningAverage = average ?? RunningAverage.UpdateRate(0.1f) })),
        ("out", new Dense(2))).Build(Shape.Batch(Steps, Features), 3);

    private static Model Fitted(RecurrentNormalization kind)
    {
        var model = Network(kind);
        Fit(model);
        return model;
    }

    private static void Fit(Model model) => new Trainer(model, Small.Loss, Clinic.Options with { Epochs = 12, BatchSize = 40, LearningRate = 0.05f }).Fit(Sequences);

    private static Patient Patient(Model model) => new() { Model = model, Loss = Small.Loss, BatchSize = 40, Training = Sequences };

    /// <summary>Sequences of noise around a level that tells the label.</summary>
    private static Dataset Make(int samples)
    {
        var random = new SeededRandom(5);
        var (x, labels) = (new float[samples * Steps * Features], new int[samples]);
        for (var i = 0; i < x.Length; i++)
        {
            var sample = i / (Steps * Features);
            labels[sample] = sample % 2;
            x[i] = (float)((labels[sample] == 0 ? -0.4 : 0.4) + random.NextNormal());
        }

        return Dataset.From(x, [Steps, Features], labels);
    }

    /// <summary>Finds nothing and remembers what it was shown.</summary>
    private sealed class Seen : Check
    {
        public List<NormalizationLayer> Layers { get; } = [];

        public override string Code => "MY0001";

        public override string Title => "what was shown";

        public override Severity Severity => Severity.Information;

        public override IEnumerable<Finding> Examine(Examination examination)
        {
            Layers.AddRange(examination.Layers);
            return [];
        }
    }
}
