using Evenkeel.Engine.Passes;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.TestKit;

namespace Evenkeel.Engine.Tests;

/// <summary>Embeddings, padded sequences and attention in plans: against the book at all widths, one and two threads, with and without passes, and against PyTorch.</summary>
public sealed class SequencePlanTests
{
    private static readonly Tolerance Plan = new(1e-7, 4e-5, "a few chained layers in float, sums of up to a few hundred terms, relative to the largest gradient of a tensor");
    private static readonly Tolerance Single = new(1e-6, 2e-5, "a few chained layers in single precision");

    private static readonly DenseOptions Unbiased = new() { Bias = BiasUse.Never };
    private static readonly RecurrentOptions Last = new() { Output = RecurrentOutput.Last };

    private static readonly Dictionary<string, (Layer Layer, Shape Input, int Count)> Cases = new()
    {
        ["normalised valid steps and the last state"] = (new Masked(new Sequential(new Dense(5, Unbiased), new BatchNorm(), new Lstm(7, Last), new Dense(3))), Shape.Batch(6, 4), 9),
        ["the mean of normalised valid steps"] = (new Masked(new Sequential(new Dense(37, Unbiased), new BatchNorm(), new Sigmoid(), new SequencePool(SequencePooling.Mean))), Shape.Batch(5, 4), 19),
        ["layer norm in the cell, last valid state"] = (new Masked(new Gru(6, Last with { Normalization = RecurrentNormalization.Layer })), Shape.Batch(5, 4), 9),
        ["the last step"] = (new Sequential(new Rnn(6), new SequencePool()), Shape.Batch(5, 4), 9),
        ["tokens with padding"] = (new Masked(new Sequential(new Embedding(9, 19, new EmbeddingOptions { Padding = 0 }), new Lstm(8, Last))), Shape.Batch(6), 9),
        ["tokens"] = (new Sequential(new Embedding(9, 33), new SequencePool(SequencePooling.Mean)), Shape.Batch(6), 20),
        ["attention"] = (new Sequential(new Dense(10), new MultiHeadAttention(2)), Shape.Batch(5, 4), 9),
        ["causal attention of many steps"] = (new MultiHeadAttention(1, isCausal: true), Shape.Batch(70, 33), 3),
        ["attention to valid steps"] = (new Masked(new Sequential(new Dense(24), new MultiHeadAttention(3, isCausal: true), new SequencePool())), Shape.Batch(6, 4), 17),
        ["block normalised first"] = (new Sequential(new Dense(12), new PositionEmbedding(), new TransformerBlock(2, 20, new TransformerOptions { Activation = "tanh" }), new SequencePool(SequencePooling.Mean)), Shape.Batch(5, 4), 9),
        ["block normalised after"] = (new TransformerBlock(2, 20, new TransformerOptions { Activation = "tanh", NormalizesFirst = false, IsCausal = true }), Shape.Batch(5, 8), 12),
        ["block with batch norm"] = (new Sequential(new Dense(12), new TransformerBlock(2, 20, new TransformerOptions { Activation = "tanh", Normalization = "batch" })), Shape.Batch(5, 8), 12),
        ["block with batch norm after, of valid steps"] = (new Masked(new Sequential(new Dense(12), new TransformerBlock(2, 20, new TransformerOptions { Activation = "tanh", Normalization = "batch", NormalizesFirst = false }))), Shape.Batch(6, 8), 12),
        ["block without a norm"] = (new TransformerBlock(4, 8, new TransformerOptions { Activation = "tanh", Normalization = "none" }), Shape.Batch(3, 8), 5),
        ["transformer of images"] = (ModelTable.Create("transformer", new ModelOptions { Outputs = 3, Hidden = [32, 32], Activation = "tanh", Normalization = "layer" }), Shape.Batch(4, 3, 2), 9),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Losses_and_gradients_are_those_of_the_book(string name)
    {
        var (layer, input, count) = Cases[name];
        var model = layer.Build(input, seed: 4);
        foreach (var parameter in model.Parameters.Where(static tensor => tensor.Shape.Rank == 1)) parameter.CopyFrom(new SeededRandom(5).Floats(parameter.Length, 0.3, 0.5));
        var run = new BookRun(model, count, features: Features(input, count));
        var expected = run.Expected();
        foreach (var width in WidthMatrix.Supported)
        {
            float[][]? first = null;
            foreach (var (threads, passes) in new[] { (1, true), (2, true), (2, false) })
            {
                var options = new PlanOptions { Capacity = Math.Max(8, count + 2), Threads = threads, Width = width, DisabledPasses = passes ? [] : [.. PassList.Names] };
                run.Check(expected, options, Plan);
                if (!passes) continue;
                var actual = run.Run(options);
                first ??= actual;
                for (var i = 0; i < actual.Length; i++) Expect.SameBits<float>(first[i], actual[i], $"{name}, {width} bits, {threads} threads");
            }
        }
    }

    [Theory]
    [InlineData("embedding")]
    [InlineData("norm")]
    [InlineData("packed")]
    [InlineData("attention")]
    [InlineData("causal")]
    [InlineData("padded")]
    [InlineData("padded_causal")]
    [InlineData("block_after")]
    [InlineData("block_first")]
    public void Outputs_and_gradients_are_those_of_PyTorch(string name)
    {
        var golden = Golden.Load("sequences");
        Layer layer = name switch
        {
            "embedding" => new Embedding(7, 5, new EmbeddingOptions { Padding = 0 }),
            "norm" => new Masked(new BatchNorm(BatchNormOptions.Default with { BiasCorrection = false })),
            "packed" => new Masked(new Lstm(5, Last)),
            "padded" or "padded_causal" => new Masked(new MultiHeadAttention(2, name == "padded_causal")),
            "block_after" => new TransformerBlock(2, 16, new TransformerOptions { NormalizesFirst = false }),
            "block_first" => new TransformerBlock(2, 16, new TransformerOptions { Activation = "gelu" }),
            _ => new MultiHeadAttention(2, name == "causal"),
        };
        var x = golden.Floats($"{name}.x");
        var shape = golden.Array($"{name}.x").Shape;
        if (name == "norm") x = [.. x.Select((value, i) => golden["norm.mask"][i / 3] == 0 ? 0 : value)];
        var model = layer.Build(Shape.Batch(shape[1..]));
        string Theirs(string key) => key.Replace("gamma", "weight", StringComparison.Ordinal).Replace("beta", "bias", StringComparison.Ordinal);
        double[] Numbers(string key, string prefix = "") => $"{name}.{prefix}{Theirs(key)}" is var full && golden.Array(full).Shape.Length == 2 && name != "embedding" ? golden.Transposed(full) : golden[full];
        foreach (var parameter in model.Parameters) parameter.CopyFrom(Array.ConvertAll(Numbers(parameter.Name), static value => (float)value));

        var hasInputGradient = golden.Names.Contains($"{name}.dx");
        var options = new PlanOptions { Capacity = 4 };
        using var observation = ObservationPlan.Compile(model, [model.Output], training: true, options);
        observation.Slot.Fill(x);
        observation.Run(observation.Slot);
        var y = observation.Read(model.Output).ToArray();
        Expect.Close(golden[$"{name}.y"], y, Single, "y");

        // The gradient of the mean squared error is 2 (y - t) / count: these targets make it dy.
        using var plan = GradientPlan.Compile(model, new MeanSquaredError(), hasInputGradient, options);
        var slot = plan.CreateSlot();
        slot.Fill(x, [.. golden[$"{name}.dy"].Select((dy, i) => (float)(y[i] - (dy * y.Length / 2)))]);
        plan.Run(slot);
        if (hasInputGradient) Expect.Close(golden[$"{name}.dx"], plan.InputGradient, Single, "dx");
        foreach (var gradient in plan.Gradients) Expect.Close(Numbers(gradient.Name, "d"), gradient.ToArray(), Single, $"d{gradient.Name}");
        if (name != "norm") return;
        using var training = TrainingPlan.Compile(model, new MeanSquaredError(), new Momentum(), options);
        training.LearningRate = 0;
        Assert.True(training.Step(x, y).Committed);
        Expect.Close(golden["norm.running_mean"], model.States["running_mean"].ToArray(), Single, "running mean");
        Expect.Close(golden["norm.running_var"], model.States["running_variance"].ToArray(), Single, "running variance");
    }

    [Fact]
    public void Evaluation_normalises_valid_steps_with_running_statistics()
    {
        var model = new Masked(new BatchNorm(BatchNormOptions.Default with { VarianceEstimator = VarianceEstimator.Population })).Build(Shape.Batch(5, 4));
        var x = Features(Shape.Batch(5, 4), 9);
        using var training = TrainingPlan.Compile(model, new MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = 9 });
        training.LearningRate = 0;
        var loss = training.Step(x, new float[x.Length]).Loss;
        using var evaluation = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = 9 });
        var y = evaluation.Run(x).ToArray();
        Assert.Equal(loss, y.Average(static value => (double)value * value), 1e-5);
        for (var i = 0; i < x.Length; i++) Assert.Equal(x[i] == 0, y[i] == 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Training_by_running_statistics_is_that_of_the_book_and_moves_them_if_asked_to(bool updates)
    {
        var options = BatchNormOptions.Default with { NormalizeWith = NormalizeWith.RunningStatistics, UpdateRunningStatistics = updates };
        var model = new Masked(new Sequential(("fc", new Dense(21, Unbiased)), ("norm", new BatchNorm(options)), ("act", new Sigmoid()))).Build(Shape.Batch(5, 4), 4);
        var random = new SeededRandom(8);
        model.States["norm.running_mean"].CopyFrom(random.Normals(21));
        model.States["norm.running_variance"].CopyFrom(random.Uniforms(21, 0.5, 2));
        model.States["norm.running_weight"].CopyFrom([0.8, 5]);
        foreach (var parameter in model.Parameters.Where(static tensor => tensor.Shape.Rank == 1)) parameter.CopyFrom(random.Floats(parameter.Length, 0.3, 0.5));
        var before = model.States.Span.ToArray();
        var run = new BookRun(model, 19, features: Features(Shape.Batch(5, 4), 19));
        var expected = run.Expected();
        foreach (var width in WidthMatrix.Supported)
        {
            foreach (var threads in new[] { 1, 2 })
            {
                run.Check(expected, new PlanOptions { Capacity = 20, Threads = threads, Width = width }, Plan);
                Assert.Equal(updates, !before.AsSpan().SequenceEqual(model.States.Span));
                before.CopyTo(model.States.Span);
            }
        }
    }

    [Fact]
    public void A_frozen_masked_normalisation_trains_as_it_evaluates_and_stays_also_over_micro_batches()
    {
        var layers = new Masked(new Sequential(("fc", new Dense(7, Unbiased)), ("norm", new BatchNorm()), ("pool", new SequencePool())));
        var model = new Sequential(("padded", layers), ("out", new Dense(3))).Build(Shape.Batch(5, 4), 2);
        var x = Features(Shape.Batch(5, 4), 9);
        using (var plan = TrainingPlan.Compile(model, new MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = 9 }))
        {
            for (var step = 0; step < 3; step++) Assert.True(plan.Step(x, new SeededRandom(3).Floats(27)).Committed);
        }

        var frozen = model.Freeze("padded");
        var (parameters, states) = (frozen.Parameters["padded.fc.weight"].ToArray(), frozen.States.Span.ToArray());
        using var evaluation = EvaluationPlan.Compile(frozen, null, new PlanOptions { Capacity = 9 });
        using var observation = ObservationPlan.Compile(frozen, [frozen.Output], training: true, new PlanOptions { Capacity = 9 });
        observation.Slot.Fill(x);
        observation.Run(observation.Slot);
        Expect.Close(Expect.Widen(evaluation.Run(x)), observation.Read(frozen.Output).ToArray(), Single);
        using var training = TrainingPlan.Compile(frozen, new MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = 9 });
        BatchSlot one = training.CreateSlot(), two = training.CreateSlot();
        foreach (var slot in new[] { one, two }) slot.Fill(x, new float[27]);
        Assert.True(training.Step([one, two], AccumulatedStatistics.Exact).Committed);
        Assert.Equal(parameters, frozen.Parameters["padded.fc.weight"].ToArray());
        Assert.Equal(states, frozen.States.Span.ToArray());
    }

    [Fact]
    public void Too_few_valid_steps_are_not_committed_and_exact_micro_batches_are_refused()
    {
        var model = new Masked(new Sequential(new Dense(3), new BatchNorm())).Build(Shape.Batch(3, 2));
        using var plan = TrainingPlan.Compile(model, new MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = 4 });
        var x = new float[4 * 3 * 2];
        x[3] = 1;
        Assert.False(plan.Step(x, new float[4 * 3 * 3]).Committed);
        x[9] = 2;
        Assert.True(plan.Step(x, new float[4 * 3 * 3]).Committed);
        BatchSlot one = plan.CreateSlot(), two = plan.CreateSlot();
        foreach (var slot in new[] { one, two }) slot.Fill(x, new float[4 * 3 * 3]);
        var error = Assert.Throws<EngineException>(() => plan.Step([one, two], AccumulatedStatistics.Exact));
        Assert.Equal("EK0640", error.Code);
        Assert.Contains("padded sequences", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recalibration_counts_batches_by_their_valid_steps()
    {
        const int samples = 3, steps = 4;
        var model = new Masked(new BatchNorm(BatchNormOptions.Default with { VarianceEstimator = VarianceEstimator.Population })).Build(Shape.Batch(steps, 1));
        using var plan = RecalibrationPlan.Compile(model, new PlanOptions { Capacity = samples });
        var slot = plan.CreateSlot();
        var random = new SeededRandom(3);
        double mean = 0, variance = 0, weight = 0;
        foreach (var valid in (int[])[2, 7, 12])
        {
            var x = new float[samples * steps];
            for (var place = 0; place < valid; place++) x[(place % samples * steps) + (place / samples)] = (float)(5 + random.NextNormal());
            slot.Fill(x);
            plan.Accumulate(slot);
            var moments = Reference.BatchNorm.Moments([.. x.Where(static value => value != 0).Select(static value => (double)value)], 1);
            (mean, variance, weight) = (mean + (valid * moments.Mean[0]), variance + (valid * moments.Variance[0]), weight + valid);
        }

        plan.Commit();
        Assert.Equal(mean / weight, model.States["running_mean"].Span[0], 1e-5);
        Assert.Equal(variance / weight, model.States["running_variance"].Span[0], 1e-5);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(-1)]
    [InlineData(1.5f)]
    [InlineData(float.NaN)]
    public void A_number_that_is_no_token_stops_the_run_and_nothing_is_committed(float token)
    {
        var model = new Sequential(new Embedding(9, 4), new SequencePool()).Build(Shape.Batch(2));
        using var plan = TrainingPlan.Compile(model, new MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = 2 });
        var before = model.Parameters.Span.ToArray();
        var error = Assert.Throws<EngineException>(() => plan.Step([0, 3, token, 8], new float[8]));
        Assert.Equal("EK0642", error.Code);
        Assert.Contains("from 0 to 8", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, model.Parameters.Span.ToArray());
        Assert.True(plan.Step([0, 3, 1, 8], new float[8]).Committed);
    }

    [Fact]
    public void Padding_at_the_end_changes_no_result()
    {
        var layer = new Masked(new Sequential(new Dense(8, Unbiased), new TransformerBlock(2, 12), new Lstm(5, Last)));
        Model longer = layer.Build(Shape.Batch(7, 4), 3), shorter = layer.Build(Shape.Batch(5, 4), 3);
        var x = new SeededRandom(2).Floats(2 * 5 * 4);
        float[] padded = [.. x[..20], .. new float[8], .. x[20..], .. new float[8]];
        using var one = EvaluationPlan.Compile(longer, null, new PlanOptions { Capacity = 2 });
        using var two = EvaluationPlan.Compile(shorter, null, new PlanOptions { Capacity = 2 });
        Expect.Close(Expect.Widen(two.Run(x)), one.Run(padded), Single, "output");
    }

    /// <summary>Tokens, or sequences of several lengths padded with zeros.</summary>
    private static float[] Features(Shape input, int count)
    {
        var random = new SeededRandom(11);
        if (input.Rank == 2) return [.. Enumerable.Range(0, count * input.Channels).Select(i => i % 7 == 3 ? 0f : 1 + random.NextIndex(8))];
        var (steps, features) = (input.Sizes[0], (int)(input.ElementsPerSample / input.Sizes[0]));
        return [.. random.Floats(count * steps * features).Select((value, i) => i / features % steps <= (i / features / steps * 3) % steps ? value : 0)];
    }
}
