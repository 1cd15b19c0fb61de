using System.Collections.Immutable;
using Evenkeel.Engine.Lowering;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.TestKit;

namespace Evenkeel.Engine.Tests;

/// <summary>Batch normalisation as plans run it, against the book, for [N, F] and [N, H, W, C].</summary>
public sealed class BatchNormPlanTests
{
    private const double Tolerance = 2e-5;

    public static TheoryData<int, int, int> Shapes() => new()
    {
        { 7, 1, 5 }, { 2, 1, 1 }, { 33, 1, 131 }, { 3, 4, 3 }, { 5, 9, 17 }, { 64, 49, 32 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Statistics_output_and_gradients_equal_the_book(int count, int positions, int channels)
    {
        var random = new SeededRandom(7);
        var x = random.Normals(count * positions * channels, 3, 2);
        var targets = random.Normals(x.Length);
        var shape = positions == 1 ? Shape.Batch(channels) : Shape.Batch(positions, 1, channels);
        foreach (var threads in (int[])[1, 2])
        {
            var model = new Sequential(("norm", new BatchNorm(BatchNormOptions.Default))).Build(shape, 1);
            var gamma = random.Uniforms(channels, 0.5, 2);
            var beta = random.Normals(channels);
            model.Parameters["norm.gamma"].CopyFrom(Floats(gamma));
            model.Parameters["norm.beta"].CopyFrom(Floats(beta));
            gamma = Doubles(model.Parameters["norm.gamma"].ToArray());
            beta = Doubles(model.Parameters["norm.beta"].ToArray());
            using var plan = TrainingPlan.Compile(model, new MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = count + 3, Threads = threads });
            plan.LearningRate = 0;
            var result = plan.Step(Floats(x), Floats(targets));

            var stored = Doubles(Floats(x));
            var epsilon = (double)1e-5f;
            var forward = Reference.BatchNorm.Forward(stored, channels, gamma, beta, epsilon);
            var expectedLoss = Reference.MeanSquaredError.Loss(forward.Y, Doubles(Floats(targets)));
            Assert.InRange(result.Loss, expectedLoss * (1 - Tolerance), expectedLoss * (1 + Tolerance));
            var cotangent = Reference.MeanSquaredError.Gradient(forward.Y, Doubles(Floats(targets)));
            var (sumDy, sumDyXhat) = Sums(cotangent, forward.XHat, channels);
            Close(sumDyXhat, plan.Gradients["norm.gamma"].ToArray(), cotangent.Max(Math.Abs));
            Close(sumDy, plan.Gradients["norm.beta"].ToArray(), cotangent.Max(Math.Abs));
            var n = (double)count * positions;
            for (var channel = 0; channel < channels; channel++)
            {
                // The default rate is 0.1, from zero: the raw average is a tenth, its weight too.
                Assert.Equal(0.1 * forward.Mean[channel], model.States["norm.running_mean"].Span[channel], 1e-6 * (1 + Math.Abs(forward.Mean[channel])));
                Assert.Equal(0.1 * forward.Variance[channel] * n / (n - 1), model.States["norm.running_variance"].Span[channel], 1e-6 * (1 + forward.Variance[channel] * n / (n - 1)));
            }
        }
    }

    [Fact]
    public void A_deep_gradient_through_normalisation_over_positions_equals_differences_of_the_loss()
    {
        // Dense-free net: scale the input by a channel bias, normalise over [N, H, W], square: the bias before normalisation must get no gradient.
        var model = new Sequential(("first", new Functional((scope, x) => new BiasAddNode("shift", x, new ParameterNode("shift.bias", Shape.Of(3), Constant.One, false).Output).Output)), ("norm", new BatchNorm(BatchNormOptions.Default))).Build(Shape.Batch(2, 2, 3), 1);
        using var plan = TrainingPlan.Compile(model, new MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = 4 });
        plan.LearningRate = 0;
        var random = new SeededRandom(3);
        plan.Step(random.Floats(4 * 12), random.Floats(4 * 12));
        Assert.All(plan.Gradients["shift.bias"].ToArray(), static value => Assert.InRange(value, -1e-6f, 1e-6f));
        Assert.Contains(plan.Gradients["norm.gamma"].ToArray(), static value => MathF.Abs(value) > 0.01f);
    }

    [Fact]
    public void Without_a_gradient_through_the_statistics_a_bias_gets_one_and_is_lost()
    {
        var options = BatchNormOptions.Default with { StatisticsGradient = StatisticsGradient.None };
        var model = new Sequential(("shift", new Functional((scope, x) => new BiasAddNode("shift", x, new ParameterNode("shift.bias", Shape.Of(4), Constant.Zero, false).Output).Output)), ("norm", new BatchNorm(options))).Build(Shape.Batch(4), 1);
        using var plan = TrainingPlan.Compile(model, new MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = 16 });
        plan.LearningRate = 0.1f;
        var random = new SeededRandom(3);
        var (x, t) = (random.Floats(64), random.Floats(64, 1));
        var first = plan.Step(x, t);
        Assert.Contains(plan.Gradients["shift.bias"].ToArray(), static value => MathF.Abs(value) > 0.01f);
        Assert.True(model.Parameters["shift.bias"].ToArray().Any(static value => MathF.Abs(value) > 1e-3f), "The bias moved.");
        model.Parameters["norm.gamma"].Span.Fill(1);
        model.Parameters["norm.beta"].Span.Clear();
        plan.LearningRate = 0;
        Assert.Equal(first.Loss, plan.Step(x, t).Loss, 1e-5f);
    }

    [Fact]
    public void Recalibration_is_Algorithm_2()
    {
        var model = new Sequential(("norm", new BatchNorm(BatchNormOptions.Default)), ("out", new Dense(2))).Build(Shape.Batch(3), 1);
        using var plan = RecalibrationPlan.Compile(model, new PlanOptions { Capacity = 10 });
        var slot = plan.CreateSlot();
        var random = new SeededRandom(5);
        double[] mean = new double[3], variance = new double[3];
        var before = model.States.Span.ToArray();
        for (var batch = 0; batch < 4; batch++)
        {
            var x = random.Floats(30, 2, 3);
            slot.Fill(x);
            plan.Accumulate(slot);
            var moments = Reference.BatchNorm.Moments(Doubles(x), 3);
            for (var channel = 0; channel < 3; channel++)
            {
                mean[channel] += moments.Mean[channel] / 4;
                variance[channel] += moments.SampleVariance[channel] / 4;
            }
        }

        Assert.Equal(before, model.States.Span.ToArray());
        plan.Commit();
        for (var channel = 0; channel < 3; channel++)
        {
            Assert.Equal(mean[channel], model.States["norm.running_mean"].Span[channel], 1e-6);
            Assert.Equal(variance[channel], model.States["norm.running_variance"].Span[channel], 1e-5);
        }

        Assert.Equal("EK0207", Assert.Throws<EngineException>(plan.Commit).Code);
        slot.Features[4] = float.NaN;
        Assert.Equal("EK0208", Assert.Throws<EngineException>(() => plan.Accumulate(slot)).Code);
    }

    [Fact]
    public void Recalibration_may_leave_frozen_layers_alone()
    {
        var model = new Sequential(("frozen", new BatchNorm(BatchNormOptions.Frozen)), ("norm", new BatchNorm(BatchNormOptions.Default)), ("out", new Dense(2))).Build(Shape.Batch(3), 1);
        var (frozen, moving) = (States("frozen"), States("norm"));
        Recalibrate(keepsFrozen: true);
        Assert.Equal(frozen, States("frozen"));
        Assert.NotEqual(moving, States("norm"));
        Recalibrate(keepsFrozen: false);
        Assert.NotEqual(frozen, States("frozen"));

        var still = new Sequential(new BatchNorm(BatchNormOptions.Frozen), new Dense(2)).Build(Shape.Batch(3), 1);
        Assert.Equal("EK0207", Assert.Throws<EngineException>(() => RecalibrationPlan.Compile(still, keepsFrozen: true)).Code);

        double[] States(string layer) => [.. model.States[$"{layer}.running_mean"].Span, .. model.States[$"{layer}.running_variance"].Span];

        void Recalibrate(bool keepsFrozen)
        {
            using var plan = RecalibrationPlan.Compile(model, new PlanOptions { Capacity = 10 }, keepsFrozen);
            var slot = plan.CreateSlot();
            slot.Fill(new SeededRandom(5).Floats(30, 2, 3));
            plan.Accumulate(slot);
            plan.Commit();
        }
    }

    [Fact]
    public void A_model_without_normalisation_has_nothing_to_recalibrate() =>
        Assert.Equal("EK0207", Assert.Throws<EngineException>(() => RecalibrationPlan.Compile(new Sequential(new Dense(2)).Build(Shape.Batch(3), 1))).Code);

    [Fact]
    public void Observing_reads_inner_values_and_leaves_the_model_alone()
    {
        var model = new Sequential(("d", new Dense(4)), ("norm", new BatchNorm(BatchNormOptions.Default)), ("act", new Sigmoid()), ("out", new Dense(2))).Build(Shape.Batch(3), 1);
        var activation = model.Nodes.OfType<ActivationNode>().Single();
        using var plan = ObservationPlan.Compile(model, [activation.Inputs[0], activation.Output], training: true, new PlanOptions { Capacity = 8 });
        var states = model.States.Span.ToArray();
        plan.Slot.Fill(new SeededRandom(1).Floats(24));
        plan.Run(plan.Slot);
        var before = plan.Read(activation.Inputs[0]).ToArray();
        var after = plan.Read(activation.Output).ToArray();
        Assert.Equal(32, before.Length);
        for (var i = 0; i < 32; i++) Assert.Equal(1 / (1 + Math.Exp(-before[i])), after[i], 1e-6);
        for (var channel = 0; channel < 4; channel++) Assert.Equal(0, Enumerable.Range(0, 8).Sum(row => (double)before[(row * 4) + channel]) / 8, 1e-6);
        Assert.Equal(states, model.States.Span.ToArray());
    }

    [Fact]
    public void Folding_agrees_with_the_unfolded_plan_and_says_by_how_much()
    {
        var model = new Sequential(("d", new Dense(40, new DenseOptions { Bias = BiasUse.Always })), ("norm", new BatchNorm(BatchNormOptions.Default)), ("act", new Relu()), ("out", new Dense(3))).Build(Shape.Batch(9), 2);
        using var training = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = 32 });
        var random = new SeededRandom(8);
        for (var i = 0; i < 30; i++) training.Step(random.Floats(32 * 9, 1, 2), random.Labels(32, 3));
        using var folded = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = 16 });
        using var plain = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = 16, DisabledPasses = ["fold-batch-norm"] });
        Assert.True(folded.IsFolded);
        Assert.False(plain.IsFolded);
        Assert.InRange(folded.FoldingError, 0, 1e-5f);
        var x = random.Floats(16 * 9, 1, 2);
        var expected = plain.Run(x).ToArray();
        var actual = folded.Run(x).ToArray();
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-4f * expected.Max(MathF.Abs));
    }

    [Fact]
    public void A_folding_that_loses_precision_is_not_used()
    {
        // A mean of 1e6 against a deviation of 1e-2 leaves nothing of the signal in a folded float bias.
        var model = new Sequential(("d", new Dense(4, new DenseOptions { Bias = BiasUse.Always })), ("norm", new BatchNorm(BatchNormOptions.Default)), ("out", new Dense(3))).Build(Shape.Batch(9), 2);
        model.Parameters["d.bias"].Span.Fill(1e6f);
        model.States["norm.running_mean"].Span.Fill(1e6);
        model.States["norm.running_variance"].Span.Fill(1e-4);
        model.States["norm.running_weight"].Span[0] = 1;
        using var plan = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = 16 });
        Assert.False(plan.IsFolded);
        Assert.True(plan.FoldingError > EvaluationPlan.FoldingTolerance);
    }

    [Fact]
    public void Evaluation_before_any_training_uses_mean_0_and_variance_1()
    {
        var model = new Sequential(("norm", new BatchNorm(BatchNormOptions.Default))).Build(Shape.Batch(2), 1);
        using var plan = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = 2 });
        Assert.Equal([1f, -2f], plan.Run([1f, -2f]).ToArray().Select(static value => MathF.Round(value, 4)));
    }

    [Fact]
    public void A_node_without_lowering_is_refused_and_one_registered_by_a_program_runs()
    {
        var model = new Sequential(("twice", new Functional((scope, x) => new DoublingNode("twice", x).Output))).Build(Shape.Batch(2), 1);
        Assert.Equal("EK0201", Assert.Throws<EngineException>(() => EvaluationPlan.Compile(model)).Code);
        LoweringTable.Register<DoublingNode, DoublingLowering>();
        using var plan = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = 3 });
        Assert.Equal([2f, 4f], plan.Run([1f, 2f]).ToArray());
    }

    private static (double[] Dy, double[] DyXhat) Sums(double[] dy, double[] xhat, int channels)
    {
        double[] first = new double[channels], second = new double[channels];
        for (var i = 0; i < dy.Length; i++)
        {
            first[i % channels] += dy[i];
            second[i % channels] += dy[i] * xhat[i];
        }

        return (first, second);
    }

    private static void Close(double[] expected, float[] actual, double scale)
    {
        var largest = Math.Max(expected.Max(Math.Abs), scale);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance * largest, $"element {i}: expected {expected[i]:R}, got {actual[i]:R}");
    }

    private static float[] Floats(double[] values) => Array.ConvertAll(values, static value => (float)value);

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, static value => (double)value);

    private sealed class DoublingNode : Node
    {
        public DoublingNode(string name, Value input)
            : base(name, input) => Output = AddOutput(input.Shape);

        public Value Output { get; }

        public override Node WithInputs(ImmutableArray<Value> inputs) => new DoublingNode(Name, inputs[0]);

        public override void Adjoint(AdjointContext context)
        {
            if (context.Cotangent(Output) is { } cotangent) context.Add(Inputs[0], new DoublingNode($"{Name}.backward", cotangent).Output);
        }
    }

    private sealed class DoublingLowering : ILowering<DoublingNode>
    {
        public static void Lower(DoublingNode node, LoweringContext context) =>
            LowerAdd(new AddNode(node.Name, node.Inputs[0], node.Inputs[0]), node, context);

        private static void LowerAdd(AddNode sum, DoublingNode node, LoweringContext context)
        {
            context.Identify(sum.Output, node.Output);
            Steps.AddStep.Lower(sum, context);
        }
    }
}
