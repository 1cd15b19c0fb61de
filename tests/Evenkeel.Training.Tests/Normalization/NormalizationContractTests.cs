using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.TestKit;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Tests.Support;

namespace Evenkeel.Training.Tests.Normalization;

/// <summary>What every normalisation of <see cref="NormTable"/> keeps; a new one adds a row. Formulas and kernels have tests of their own.</summary>
public sealed class NormalizationContractTests
{
    private const int Count = 12, Places = 30, Channels = 8;

    private static readonly Shape Image = Shape.Batch(6, 5, Channels);

    /// <summary>Sums over a few hundred floats, and epsilon beside a variance near 4.</summary>
    private static readonly Tolerance Moment = new(2e-5, 2e-5, "sums over a few hundred floats, and epsilon beside the variance");

    /// <summary>What shares statistics (sample, place, channel to a number), what is 0 on average there, and whose average is 1.</summary>
    private static readonly Dictionary<string, Row> Rows = new(StringComparer.Ordinal)
    {
        ["batch"] = new(static (_, _, c) => c, Centre, Square, UsesBatch: true),
        ["batch-decorrelated"] = new(static (_, _, c) => c, Centre, null, UsesBatch: true),
        ["batch-eval"] = new(static (_, _, c) => c, Centre, Square, UsesBatch: true),
        ["batch-ghost"] = new(static (_, _, c) => c, Centre, Square, UsesBatch: true),
        ["batch-l1"] = new(static (_, _, c) => c, Centre, null, UsesBatch: true),
        ["batch-l2"] = new(static (_, _, c) => c, Centre, null, UsesBatch: true),
        ["batch-max"] = new(static (_, _, c) => c, Centre, null, UsesBatch: true),
        ["batch-noisy"] = new(static (_, _, c) => c, null, null, UsesBatch: true),
        ["batch-renorm"] = new(static (_, _, c) => c, Centre, Square, UsesBatch: true),
        ["group"] = new(static (n, _, c) => (n * Channels) + (c / 4), Centre, Square, UsesBatch: false),
        ["instance"] = new(static (n, _, c) => (n * Channels) + c, Centre, Square, UsesBatch: false),
        ["layer"] = new(static (n, p, _) => (n * Places) + p, Centre, Square, UsesBatch: false),
        ["local-response"] = new(static (_, _, c) => c, null, null, UsesBatch: false),
        ["noise"] = new(static (_, _, c) => c, null, null, UsesBatch: true),
        ["pixel"] = new(static (n, p, _) => (n * Places) + p, null, Square, UsesBatch: false),
        ["rms"] = new(static (n, p, _) => (n * Places) + p, null, Square, UsesBatch: false),
    };

    private sealed record Row(Func<int, int, int, int> Scope, Func<double, double>? Zero, Func<double, double>? One, bool UsesBatch);

    static NormalizationContractTests() => NewcomersParts.Register();

    public static TheoryData<string> Names => [.. NormTable.Names.Where(static name => name != "none")];

    [Fact]
    public void Every_name_has_a_row() => Assert.Equal(NormTable.Names.Where(static name => name != "none"), Rows.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Shapes_stay_and_parameters_have_one_number_per_channel(string name)
    {
        foreach (var shape in name == "instance" ? [Image] : new[] { Image, Shape.Batch(Channels) })
        {
            var model = NormTable.Create(name)!.Build(shape);
            Assert.Equal(shape, model.Output.Shape);
            Assert.All(model.ParameterNodes, static node => Assert.Equal(Shape.Of(Channels), node.Output.Shape));
            Assert.DoesNotContain(model.ParameterNodes, static node => node.Decays);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_shares_statistics_is_normalised_by_them(string name)
    {
        var (row, model) = (Rows[name], NormTable.Create(name)!.Build(Image));
        using var plan = ObservationPlan.Compile(model, [model.Output], training: true, new PlanOptions { Capacity = Count });
        plan.Slot.Fill(Features(1));
        plan.Run(plan.Slot);
        var y = plan.Read(model.Output).ToArray();
        foreach (var scope in Enumerable.Range(0, y.Length).GroupBy(i => row.Scope(i / (Places * Channels), i / Channels % Places, i % Channels)))
        {
            if (row.Zero is { } zero) Expect.Close([0], [scope.Average(i => zero(y[i]))], Moment, name);
            if (row.One is { } one) Expect.Close([1], [scope.Average(i => one(y[i]))], Moment, name);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_loss_falls_along_its_gradient_as_fast_as_the_gradient_says(string name)
    {
        var model = Network(name);
        using var plan = GradientPlan.Compile(model, new SoftmaxCrossEntropy(), options: new PlanOptions { Capacity = Count });
        var slot = plan.CreateSlot();
        slot.Fill(Features(1), Labels);
        plan.Run(slot);
        var (weights, gradient) = (model.Parameters.Span.ToArray(), plan.Gradients.Span.ToArray());
        var square = gradient.Sum(static g => (double)g * g);
        Assert.True(square > 1e-3, "A gradient of nothing proves nothing.");
        var step = 1e-2 / Math.Sqrt(square);
        double Loss(double length)
        {
            for (var i = 0; i < weights.Length; i++) model.Parameters.Span[i] = (float)(weights[i] + (length * gradient[i]));
            return plan.Run(slot).Loss;
        }

        // The loss is a float near 1: its rounding over twice the step.
        Assert.Equal(square, (Loss(step) - Loss(-step)) / (2 * step), (2e-3 * square) + (2e-7 / step));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Evaluation_of_a_sample_does_not_depend_on_its_batch(string name)
    {
        var (row, model) = (Rows[name], Trained(name));
        var x = Features(2);
        using var plan = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = Count });
        var whole = plan.Run(x).ToArray();
        for (var sample = 0; sample < Count; sample += 5)
            Expect.SameBits<float>(whole.AsSpan(sample * 3, 3), plan.Run(x.AsSpan(sample * Places * Channels, Places * Channels)), name);
        using var training = ObservationPlan.Compile(model, [model.Output], training: true, new PlanOptions { Capacity = Count });
        training.Slot.Fill(x);
        training.Run(training.Slot);
        var difference = training.Read(model.Output).ToArray().Zip(whole, static (left, right) => Math.Abs(left - right)).Max();
        if (row.UsesBatch) Assert.True(difference > 1e-4, "Training sees the batch, evaluation does not.");
        else Assert.True(difference < 1e-5, "Training and evaluation are alike.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_saved_model_evaluates_to_the_same_bits(string name)
    {
        using var folder = new TemporaryFolder();
        var model = Trained(name);
        Checkpoint.Save(folder["m.safetensors"], model);
        var loaded = Checkpoint.LoadModel(folder["m.safetensors"]);
        Assert.Equal(model.Configuration, loaded.Configuration);
        using var plan = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = Count });
        using var again = EvaluationPlan.Compile(loaded, null, new PlanOptions { Capacity = Count });
        Expect.SameBits<float>(plan.Run(Features(3)), again.Run(Features(3)), name);
    }

    private static int[] Labels { get; } = new SeededRandom(4).Labels(Count, 3);

    private static double Centre(double y) => y;

    private static double Square(double y) => y * y;

    private static float[] Features(ulong seed) => new SeededRandom(seed).Floats(Count * Places * Channels, 1, 2);

    private static Model Network(string name) => new Sequential(("norm", NormTable.Create(name)!), ("act", new Tanh()), ("flat", new Flatten()), ("out", new Dense(3))).Build(Image, 5);

    private static Model Trained(string name)
    {
        var model = Network(name);
        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = Count });
        for (var step = 0; step < 5; step++) Assert.True(plan.Step(Features((ulong)step + 10), Labels).Committed);
        return model;
    }
}
