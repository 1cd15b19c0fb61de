using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Configuration;
using Evenkeel.Layers.Losses;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Optimization.Schedules;
using Evenkeel.Records.RunLog;
using Evenkeel.TestKit;
using Evenkeel.Training.Callbacks;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Metrics;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Samples;

/// <summary>What a program can bring along: a loop, a layer, a loss, a metric and a callback of its own.</summary>
public sealed class OwnPartsTests
{
    [Fact]
    public void A_loop_of_steps_gives_the_bits_of_the_trainer()
    {
        var data = Small.Rings(600, 1);
        var mine = Small.Model();
        using (var plan = TrainingPlan.Compile(mine, new SoftmaxCrossEntropy(), new Adam(), new PlanOptions { Capacity = 32, Threads = 1, Seed = 4 }))
        {
            plan.LearningRate = 0.01f;
            var loader = new Loader(data, new LoaderOptions { BatchSize = 32, Seed = 4 });
            for (var epoch = 0; epoch < 3; epoch++)
            {
                foreach (var batch in loader.Batches(epoch)) plan.Step(batch.Features, batch.Labels);
            }
        }

        var fitted = Small.Model();
        new Trainer(fitted, new SoftmaxCrossEntropy(), new TrainerOptions
        {
            Optimizer = new Adam(),
            LearningRate = 0.01f,
            Schedule = static (rate, _) => new ConstantSchedule(rate),
            BatchSize = 32,
            Epochs = 3,
            Seed = 4,
            Standardize = false,
        }).Fit(data);
        Assert.Equal(WeightsHash.Of(mine), WeightsHash.Of(fitted));
    }

    [Fact]
    public void Parameters_are_read_and_written_by_name()
    {
        var model = Small.Model();
        model.Parameters["output.bias"].CopyFrom([0.5f, 0, -0.5f]);
        Assert.Equal([0.5f, 0, -0.5f], model.Parameters["output.bias"].ToArray());
        Assert.Equal("EK0106", Assert.Throws<Graph.GraphException>(() => model.Parameters["output.bais"]).Code);
    }

    [Fact]
    public void A_layer_of_ones_own_trains_and_comes_back_from_a_checkpoint()
    {
        using var folder = new TemporaryFolder();
        GatedDense.Register();
        var model = new Sequential(("gate", new GatedDense(24)), ("gate.bn", new BatchNorm()), ("output", new Dense(Small.Classes))).Build(Shape.Batch(Small.Features), 3);
        var result = new Trainer(model, Small.Loss, Small.Options with { Epochs = 10, RunFolder = folder["run"] }).Fit(Small.Rings(900, 1), Small.Rings(200, 2));
        Assert.InRange(result.TestAccuracy!.Value, 0.6, 1);
        Assert.Equal(result.WeightsHash, WeightsHash.Of(Checkpoint.LoadModel(folder["run"])));
        using var predictor = Predictor.Load(folder["run"]);
        Assert.Equal(Small.Classes, predictor.Predict(new float[Small.Features]).Outputs.Count);
    }

    [Fact]
    public void A_loss_a_metric_and_a_callback_of_ones_own_work_together()
    {
        var (samples, targets) = (new float[200 * 2], new float[200]);
        for (var i = 0; i < 200; i++)
        {
            (samples[2 * i], samples[(2 * i) + 1]) = (MathF.Sin(i), MathF.Cos(3 * i));
            targets[i] = MathF.Tanh((0.8f * samples[2 * i]) - (0.3f * samples[(2 * i) + 1]));
        }

        var data = Dataset.From(samples, [2], targets, 1);
        var model = new Sequential(new Dense(1)).Build(Shape.Batch(2), 1);
        var watch = new LowestMetric();
        var result = new Trainer(model, new TanhSquaredError(), new TrainerOptions
        {
            Optimizer = new Sgd(),
            LearningRate = 0.3f,
            BatchSize = 20,
            Epochs = 30,
            Validation = 40,
            Standardize = false,
            Metrics = [new WorstError()],
            Callbacks = [watch],
        }).Fit(data, data);
        Assert.Null(result.TestAccuracy);
        Assert.InRange(result.TestLoss!.Value, 0, 1e-4);

        // The target is a function that the model can be exactly, so its coefficients come out.
        Assert.Equal([0.8f, -0.3f], model.Parameters["dense1.weight"].ToArray().Select(static w => MathF.Round(w, 2)));
        Assert.Equal(30, watch.Validations);
        Assert.InRange(watch.Lowest, 0, 0.1);
        var outputs = new float[200];
        using (var predictor = new Predictor(model)) predictor.Predict(samples, outputs);
        var worst = Enumerable.Range(0, 200).Max(i => Math.Abs(Math.Tanh(outputs[i]) - targets[i]));
        Assert.Equal(new MetricValue("worst_error", worst), Assert.Single(result.TestMetrics) with { Value = worst });
        Assert.Equal(worst, result.TestMetrics[0].Value, 1e-6);
    }

    /// <summary><c>y = sigmoid(x V + c) * (x W + b)</c>.</summary>
    private sealed class GatedDense(int units) : Layer
    {
        private static readonly Lock Gate = new();
        private static bool registered;

        public override string Kind => "gated_dense";

        public static void Register()
        {
            lock (Gate)
            {
                if (!registered) LayerTable.Register("gated_dense", static options => new GatedDense(options.Integer("units")), static (layer, options) => options.Integer("units", layer.Units));
                registered = true;
            }
        }

        public int Units => units;

        public override Value Build(BuildScope scope, Value input)
        {
            var gate = scope.Apply("opening", new Sigmoid(), scope.Apply("gate", new Dense(units), input));
            return new MultiplyNode(scope.Name, gate, scope.Apply("value", new Dense(units), input)).Output;
        }
    }

    /// <summary>The mean of <c>(tanh(output) - target)^2</c>.</summary>
    private sealed class TanhSquaredError : Loss
    {
        public override string Name => "tanh_squared_error";

        public override LossTerms Apply(Value output)
        {
            var targets = new InputNode("targets", output.Shape);
            var bounded = new ActivationNode("bounded", output, "tanh").Output;
            return new LossTerms(targets, new MeanSquaredErrorNode("loss", bounded, targets.Output).Loss);
        }
    }

    private sealed class WorstError : Metric
    {
        private double _worst = double.NaN;

        public override string Name => "worst_error";

        public override double Value => _worst;

        public override void Reset() => _worst = double.NaN;

        public override void Add(in EvaluationBatch batch)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                var error = Math.Abs(Math.Tanh(batch.Output(i)[0]) - batch.Targets[i]);
                if (!(_worst >= error)) _worst = error;
            }
        }
    }

    private sealed class LowestMetric : Callback
    {
        public int Validations { get; private set; }

        public double Lowest { get; private set; } = double.PositiveInfinity;

        public override void OnValidation(in ValidationEvent validation, FitContext context)
        {
            Validations++;
            Lowest = Math.Min(Lowest, Assert.Single(validation.Metrics!).Value);
        }
    }
}
