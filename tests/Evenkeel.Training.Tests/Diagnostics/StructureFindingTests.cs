using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Training.Diagnostics;
using Evenkeel.Training.Evaluation;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Diagnostics;

/// <summary>Mistakes that stand in the graph or in the options: planted, and found.</summary>
public sealed class StructureFindingTests
{
    [Theory]
    [InlineData(8, 1)]
    [InlineData(15, 1)]
    [InlineData(16, 0)]
    public void EK1002_few_values_per_channel(int batch, int found)
    {
        var patient = new Patient { Model = Small.Model(), BatchSize = batch };
        Assert.Equal(found, Clinic.Find("EK1002", patient).Length);
        if (found == 0) return;
        var finding = Clinic.Single("EK1002", patient);
        Assert.Equal(batch, finding.Number("values_per_channel"));
        Assert.Equal(Math.Sqrt(2.0 / batch), finding.Number("variance_standard_error"), 12);
        Assert.Equal("hidden1.bn and 1 more", finding.Layer);
    }

    [Fact]
    public void EK1002_counts_the_positions_of_a_sample()
    {
        var model = new Sequential(("bn", new BatchNorm()), ("flatten", new Flatten()), ("out", new Dense(3))).Build(Shape.Batch(4, 4, 2));
        Assert.Empty(Clinic.Find("EK1002", new Patient { Model = model, BatchSize = 2 }));
    }

    [Theory]
    [InlineData(602, 32, 0)]
    [InlineData(650, 32, 1)]
    [InlineData(641, 32, 0)]
    [InlineData(640, 32, 0)]
    public void EK1003_a_tiny_last_batch(int samples, int batch, int found)
    {
        // 602 leaves 26; 650 leaves 10; 641 leaves one, which the trainer leaves out; 640 leaves none.
        var findings = Clinic.Find("EK1003", new Patient { Model = Small.Model(), BatchSize = batch, SamplesPerEpoch = samples });
        Assert.Equal(found, findings.Length);
        if (found == 1) Assert.Equal(10, findings[0].Number("last_batch"));
    }

    [Fact]
    public void EK1012_weight_decay_on_gamma_beta_or_bias()
    {
        var input = new InputNode("features", Shape.Batch(4));
        Value Parameter(string name, bool decays) => new ParameterNode(name, Shape.Of(4), Constant.One, decays).Output;
        Value State(string name, int size) => new StateNode(name, Shape.Of(size), Constant.One).Output;
        var bias = new BiasAddNode("shift", input.Output, Parameter("shift.bias", true));
        var relu = new ActivationNode("relu", bias.Output, "relu");
        var norm = new BatchNormNode("bn", relu.Output, Parameter("bn.gamma", true), Parameter("bn.beta", false), State("m", 4), State("v", 4), State("w", 2), BatchNormOptions.Default);
        var model = new Model(input, new ActivationNode("end", norm.Output, "relu").Output, 1);
        var findings = Clinic.Find("EK1012", model);
        Assert.Equal(["shift", "bn"], findings.Select(static finding => finding.Layer));
        Assert.Contains("'bn.gamma'", findings[1].Message, StringComparison.Ordinal);
        Assert.DoesNotContain("bn.beta", findings[1].Message, StringComparison.Ordinal);
        Assert.Empty(Clinic.Find("EK1012", Small.Model()));
    }

    [Fact]
    public void EK1013_a_bias_before_normalisation_and_its_fix_leaves_evaluation_as_it_is()
    {
        var model = Clinic.Network(("hidden", new Dense(8, new DenseOptions { Bias = BiasUse.Always, BiasInitializer = Constant.One })), ("bn", new BatchNorm()), ("relu", new Relu()), ("out", new Dense(3)));
        Clinic.Trained(model);
        var finding = Clinic.Single("EK1013", model);
        Assert.Equal(8, finding.Number("parameters"));
        var before = Evaluator.Evaluate(model, Small.Loss, Clinic.HeldOut).Loss;
        finding.Fix!.Apply(model);
        Assert.All(model.Parameters["hidden.bias"].ToArray(), static value => Assert.Equal(0, value));
        Assert.Equal(before, Evaluator.Evaluate(model, Small.Loss, Clinic.HeldOut).Loss, 1e-5);
        Assert.Empty(Clinic.Find("EK1013", Small.Model()));
    }

    [Fact]
    public void EK1014_dropout_before_normalisation_with_its_shift_measured()
    {
        var model = Clinic.Trained(Small.Model(dropout: 0.5f));
        var finding = Clinic.Single("EK1014", Clinic.Patient(model));
        Assert.Equal("hidden2.bn", finding.Layer);
        Assert.Equal(Severity.Warning, finding.Severity);
        Assert.InRange(finding.Number("log_variance_shift"), 0.1, 2);

        // Behind the last normalisation dropout does no harm.
        Assert.Empty(Clinic.Find("EK1014", Clinic.Network(("hidden", new Dense(8)), ("bn", new BatchNorm()), ("relu", new Relu()), ("drop", new Dropout(0.5f)), ("out", new Dense(3)))));
    }

    [Theory]
    [InlineData(0.9f, 1)]
    [InlineData(0.99f, 1)]
    [InlineData(0.1f, 0)]
    public void EK1015_a_momentum_of_the_opposite_convention(float rate, int found)
    {
        var model = Clinic.Normalized(BatchNormOptions.Default with { RunningAverage = RunningAverage.UpdateRate(rate) });
        Assert.Equal(found, Clinic.Find("EK1015", model).Length);
        if (found == 1) Assert.Contains($"Retention({rate}f)", Clinic.Single("EK1015", model).Remedy, StringComparison.Ordinal);
        Assert.Empty(Clinic.Find("EK1015", Clinic.Normalized(BatchNormOptions.Default with { RunningAverage = RunningAverage.Cumulative })));
    }

    [Fact]
    public void EK1016_an_unusual_epsilon_or_two_of_them()
    {
        Assert.Equal(Severity.Warning, Clinic.Single("EK1016", Clinic.Normalized(BatchNormOptions.Default with { Epsilon = 0.1f })).Severity);
        Assert.Equal(Severity.Warning, Clinic.Single("EK1016", Clinic.Normalized(BatchNormOptions.Default with { Epsilon = 1e-12f })).Severity);
        var mixed = Clinic.Network(("a", new BatchNorm()), ("hidden", new Dense(8)), ("b", new BatchNorm()), ("relu", new Relu()), ("hidden2", new Dense(8)), ("c", new BatchNorm(BatchNormOptions.Default with { Epsilon = 1e-3f })), ("out", new Dense(3)));
        var finding = Clinic.Single("EK1016", mixed);
        Assert.Equal(("c", Severity.Information), (finding.Layer, finding.Severity));
    }

    [Fact]
    public void EK1017_the_n_minus_1_of_the_running_variance()
    {
        var mixed = Clinic.Network(("a", new BatchNorm()), ("hidden", new Dense(8)), ("b", new BatchNorm(BatchNormOptions.Default with { VarianceEstimator = VarianceEstimator.Population })), ("out", new Dense(3)));
        Clinic.Single("EK1017", mixed);
        var small = Clinic.Single("EK1017", new Patient { Model = Small.Model(), BatchSize = 4 });
        Assert.Equal(4.0 / 3, small.Number("ratio"), 12);
        Assert.Empty(Clinic.Find("EK1017", new Patient { Model = Small.Model(), BatchSize = 64 }));
    }

    [Fact]
    public void EK1018_a_frozen_layer_that_still_moves()
    {
        var half = Clinic.Trained(Clinic.Normalized(BatchNormOptions.Default with { TrainScaleAndShift = false }));
        var finding = Clinic.Single("EK1018", half);
        Assert.True(finding.Number("updates") > 50);
        Assert.Empty(Clinic.Find("EK1018", Clinic.Normalized(BatchNormOptions.Frozen)));
        Assert.Empty(Clinic.Find("EK1018", Clinic.Normalized(BatchNormOptions.Default with { Scale = AffineParameter.Off, Shift = AffineParameter.Off })));
    }

    [Fact]
    public void EK1023_micro_batches_with_statistics_of_their_own()
    {
        var patient = new Patient { Model = Small.Model(), MicroBatches = 4 };
        Assert.Equal(4, Clinic.Single("EK1023", patient).Number("micro_batches"));
        Assert.Empty(Clinic.Find("EK1023", patient with { MicroBatches = 1 }));
    }

    [Fact]
    public void EK1027_images_that_come_channels_first()
    {
        Model Over(params int[] sizes) => new Sequential(("bn", new BatchNorm()), ("flatten", new Flatten()), ("out", new Dense(3))).Build(Shape.Batch(sizes));
        Assert.Equal(32, Clinic.Single("EK1027", Over(3, 32, 32)).Number("channels"));
        Assert.Empty(Clinic.Find("EK1027", Over(32, 32, 3)));
    }

    [Fact]
    public void EK1031_normalisation_right_before_the_output()
    {
        Assert.Equal("bn", Clinic.Single("EK1031", Clinic.Network(("out", new Dense(3)), ("bn", new BatchNorm()))).Layer);
        Assert.Empty(Clinic.Find("EK1031", Small.Model()));
    }

    [Fact]
    public void EK1033_normalisation_after_global_pooling_with_a_small_batch()
    {
        var input = new InputNode("features", Shape.Batch(4, 4, 6));
        var pool = new MeanOfPositions("pool", input.Output);
        Value State(string name, int size) => new StateNode(name, Shape.Of(size), Constant.One).Output;
        var norm = new BatchNormNode("bn", pool.Output, null, null, State("m", 6), State("v", 6), State("w", 2), BatchNormOptions.Default);
        var model = new Model(input, new ActivationNode("end", norm.Output, "relu").Output, 1);
        var patient = new Patient { Model = model, BatchSize = 16 };
        var check = CheckTable.All.Single(static check => check.Code == "EK1033");
        var options = new DoctorOptions { Without = ["EK1030"] };
        Assert.Equal(16, Assert.Single(Doctor.Examine(patient, options).Findings, finding => finding.Code == check.Code).Number("positions_pooled"));
        Assert.DoesNotContain(Doctor.Examine(patient with { BatchSize = 64 }, options).Findings, finding => finding.Code == check.Code);
    }

    /// <summary>The shape rule of global average pooling, all that a check of the graph looks at.</summary>
    private sealed class MeanOfPositions : Node
    {
        public MeanOfPositions(string name, Value input)
            : base(name, input) => Output = AddOutput(Shape.Batch(input.Shape.Channels));

        public Value Output { get; }

        public override Node WithInputs(System.Collections.Immutable.ImmutableArray<Value> inputs) => new MeanOfPositions(Name, inputs[0]);
    }
}
