using Evenkeel.Data.Transforms;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.TestKit;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Serving;

public sealed class PredictorTests
{
    /// <summary>Probabilities are rounded to float once each.</summary>
    private const double Rounding = 1e-6;

    [Fact]
    public void A_predictor_sees_samples_as_the_data_have_them_and_agrees_with_the_test()
    {
        using var folder = new TemporaryFolder();
        var test = Small.Rings(200, 2);
        var result = new Trainer(Small.Model(), Small.Loss, Small.Options with { Epochs = 8, RunFolder = folder["run"] }).Fit(Small.Rings(900, 1), test);
        using var predictor = Predictor.Load(folder["run"]);
        Assert.True(predictor.IsClassifier);
        Assert.Equal((Small.Features, Small.Classes), (predictor.FeatureCount, predictor.OutputCount));

        var (correct, loss) = (0, 0.0);
        var features = new float[Small.Features];
        for (var i = 0; i < test.Count; i++)
        {
            test.Read(i, features);
            var prediction = predictor.Predict(features);
            Assert.Equal(1, prediction.Outputs.Sum(static p => (double)p), Rounding);
            Assert.Equal(prediction.Class, prediction.Top(1)[0].Class);
            Assert.Equal(test.Target.ClassNames[prediction.Class], prediction.ClassName);
            if (prediction.Class == test.ReadLabel(i)) correct++;
            loss -= Math.Log(prediction.Outputs[test.ReadLabel(i)]);
        }

        Assert.Equal(result.TestAccuracy!.Value, (double)correct / test.Count);
        Assert.Equal(result.TestLoss!.Value, loss / test.Count, 1e-5);

        // Without the stored standardisation the same samples, centred at 5, look like nothing the model knows.
        using var raw = Predictor.Load(folder["run"], new PredictorOptions { Transform = false });
        test.Read(0, features);
        Assert.NotEqual(predictor.Predict(features).Outputs, raw.Predict(features).Outputs);
    }

    [Fact]
    public void Concurrent_calls_give_the_bits_of_calls_one_after_another()
    {
        const int Callers = 8;
        const int Calls = 200;
        using var predictor = new Predictor(Trained(), Info(), new PredictorOptions { Concurrency = 4 });
        var samples = Features(64, 3);
        var expected = new float[64 * Small.Classes];
        for (var i = 0; i < 64; i++) predictor.Predict(samples.AsSpan(i * Small.Features, Small.Features), expected.AsSpan(i * Small.Classes, Small.Classes));

        var wrong = 0;
        var threads = new Thread[Callers];
        for (var t = 0; t < Callers; t++)
        {
            var caller = t;
            threads[t] = new Thread(() =>
            {
                var outputs = new float[Small.Classes];
                for (var call = 0; call < Calls; call++)
                {
                    var i = (caller + (call * 7)) % 64;
                    predictor.Predict(samples.AsSpan(i * Small.Features, Small.Features), outputs);
                    if (!outputs.AsSpan().SequenceEqual(expected.AsSpan(i * Small.Classes, Small.Classes))) Interlocked.Increment(ref wrong);
                }
            });
        }

        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Equal(0, wrong);
        Assert.InRange(predictor.CompiledPlans, 1, 4);
    }

    [Fact]
    public void A_batch_longer_than_the_capacity_gives_what_its_samples_give()
    {
        using var predictor = new Predictor(Trained(), Info(), new PredictorOptions { Capacity = 10 });
        var samples = Features(37, 4);
        var batch = predictor.PredictBatch(samples);
        Assert.Equal(37, batch.Count);
        for (var i = 0; i < 37; i++)
        {
            var single = predictor.Predict(samples.AsSpan(i * Small.Features, Small.Features));
            for (var c = 0; c < Small.Classes; c++) Assert.Equal(single.Outputs[c], batch[i].Outputs[c], Rounding);
        }

        Assert.Empty(predictor.PredictBatch([]));
    }

    [Fact]
    public void Predicting_into_spans_allocates_nothing()
    {
        using var predictor = new Predictor(Trained(), Info());
        var (samples, outputs) = (Features(5, 1), new float[5 * Small.Classes]);
        for (var i = 0; i < 200; i++) predictor.Predict(samples, outputs);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 200; i++) predictor.Predict(samples, outputs);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Wrong_lengths_give_a_typed_error_that_says_what_was_expected()
    {
        using var predictor = new Predictor(Trained(), Info());
        var error = Assert.Throws<TrainingException>(() => predictor.Predict(new float[5]));
        Assert.Equal("EK0504", error.Code);
        Assert.Contains("got 5 values, but expected 6 features", error.Message, StringComparison.Ordinal);
        Assert.Equal("EK0504", Assert.Throws<TrainingException>(() => predictor.PredictBatch(new float[13])).Code);
        Assert.Equal("EK0504", Assert.Throws<TrainingException>(() => predictor.Predict(new float[12], new float[5])).Code);
        Assert.Equal("EK0502", Assert.Throws<TrainingException>(() => new Predictor(Trained(), null, new PredictorOptions { Capacity = 0 })).Code);
    }

    [Fact]
    public void Values_come_out_as_they_are()
    {
        var model = new Sequential(new Dense(2)).Build(Shape.Batch(3));
        model.Parameters["dense1.weight"].CopyFrom([1, 2, 3, 4, 5, 6]);
        model.Parameters["dense1.bias"].CopyFrom([10, 20]);
        using var predictor = new Predictor(model, new CheckpointInfo { Loss = "mean_squared_error" });
        var prediction = predictor.Predict([1, 0, 2]);
        Assert.Equal([21, 34], prediction.Outputs);
        Assert.Equal(-1, prediction.Class);
        Assert.False(predictor.IsClassifier);
    }

    [Fact]
    public void A_model_made_by_code_is_served_with_its_factory()
    {
        using var folder = new TemporaryFolder();
        static Model Make() => new Functional(static (scope, x) => scope.Apply("output", new Dense(2), x)).Build(Shape.Batch(3), 5);
        var model = Make();
        model.Parameters["output.weight"].Span.Fill(2);
        Checkpoint.Save(folder["m"], model);
        Assert.Equal("EK0525", Assert.Throws<TrainingException>(() => Predictor.Load(folder["m"])).Code);
        using var predictor = Predictor.Load(folder["m"], new PredictorOptions { ModelFactory = Make });
        Assert.Equal([6, 6], predictor.Predict([1, 1, 1]).Outputs);
    }

    [Fact]
    public void A_disposed_predictor_says_so()
    {
        var predictor = new Predictor(Trained(), Info());
        predictor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => predictor.Predict(new float[Small.Features]));
    }

    private static Model Trained()
    {
        var model = Small.Model();
        new Trainer(model, Small.Loss, Small.Options with { Epochs = 1 }).Fit(Small.Rings(300, 1));
        return model;
    }

    private static CheckpointInfo Info() => new() { Loss = Small.Loss.Name, ClassNames = ["near", "middle", "far"], Transforms = new TransformPipeline(new Standardization([5], [0.9])) };

    private static float[] Features(int count, int seed)
    {
        var data = Small.Rings(count, seed);
        var features = new float[count * Small.Features];
        for (var i = 0; i < count; i++) data.Read(i, features.AsSpan(i * Small.Features, Small.Features));
        return features;
    }

    [Fact]
    public void Predictions_and_results_read_as_sentences()
    {
        Assert.Equal("cat 75.0 %", new Prediction(1, "cat", [0.25f, 0.75f]).ToString());
        Assert.Equal("class 1 75.0 %", new Prediction(1, "", [0.25f, 0.75f]).ToString());
        Assert.Equal("1.5 -2", new Prediction(-1, "", [1.5f, -2]).ToString());
        var result = new Trainer(Small.Model(), Small.Loss, Small.Options with { Epochs = 1, Validation = 0 }).Fit(Small.Rings(100, 1), Small.Rings(50, 2));
        Assert.Matches(@"^completed after \d+ steps \(1 epochs\) in \d+\.\d s: training loss \d+\.\d{4}, test loss \d+\.\d{4}, test accuracy \d+\.\d{2} %$", result.ToString());
    }
}
