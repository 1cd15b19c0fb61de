using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.TestKit;

namespace Evenkeel.Engine.Tests;

/// <summary>Five training steps of a whole network against PyTorch, at every width, for one and two threads, with every pass on and off.</summary>
public sealed class GoldenNetworkTests
{
    /// <summary>Float rounding over five steps of a small network, against the double-precision original.</summary>
    private const double Tolerance = 2e-5;

    private static readonly Golden Golden = Golden.Load("network");

    public static TheoryData<int, int, string> Cases()
    {
        var data = new TheoryData<int, int, string>();
        foreach (var width in WidthMatrix.Supported)
        {
            data.Add(width, 1, "");
            data.Add(width, 2, "");
        }

        foreach (var pass in Passes.PassList.Names) data.Add(WidthMatrix.Supported[0], 2, pass);
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_follows_PyTorch_step_by_step(int width, int threads, string disabledPass)
    {
        var model = Build();
        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions
        {
            Capacity = 20, // more than the 16 samples of a batch
            Threads = threads,
            Width = width,
            DisabledPasses = disabledPass.Length == 0 ? [] : [disabledPass],
        });
        plan.LearningRate = (float)Golden.Number("rate");
        for (var step = 0; step < 5; step++)
        {
            var result = plan.Step(Golden.Floats($"step{step}.x"), Golden.Integers($"step{step}.labels"));
            Assert.True(result.Committed);
            Close(Golden["losses"][step], result.Loss, $"loss of step {step}");
            if (step == 0)
            {
                Close(Golden.Transposed("step0.gradient.dense1.weight"), plan.Gradients["dense1.weight"].ToArray(), "gradient of dense1.weight");
                Close(Golden["step0.gradient.norm2.gamma"], plan.Gradients["norm2.gamma"].ToArray(), "gradient of norm2.gamma");
                Close(Golden["step0.gradient.dense3.bias"], plan.Gradients["dense3.bias"].ToArray(), "gradient of dense3.bias");
            }

            foreach (var layer in (string[])["dense1", "dense2", "dense3"]) Close(Golden.Transposed($"step{step}.{layer}.weight"), model.Parameters[$"{layer}.weight"].ToArray(), $"{layer}.weight after step {step}");
            foreach (var layer in (string[])["norm1", "norm2"])
            {
                Close(Golden[$"step{step}.{layer}.gamma"], model.Parameters[$"{layer}.gamma"].ToArray(), $"{layer}.gamma after step {step}");
                Close(Golden[$"step{step}.{layer}.beta"], model.Parameters[$"{layer}.beta"].ToArray(), $"{layer}.beta after step {step}");
                Close(Golden[$"step{step}.{layer}.running_mean"], model.States[$"{layer}.running_mean"].ToArray(), $"{layer}.running_mean after step {step}");
                Close(Golden[$"step{step}.{layer}.running_var"], model.States[$"{layer}.running_variance"].ToArray(), $"{layer}.running_variance after step {step}");
            }
        }

        using var evaluation = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = 8, Threads = threads, Width = width, DisabledPasses = disabledPass.Length == 0 ? [] : [disabledPass] });
        Assert.Equal(disabledPass != "fold-batch-norm", evaluation.IsFolded);
        Close(Golden["eval.logits"], evaluation.Run(Golden.Floats("eval.x")).ToArray(), "logits in evaluation");
    }

    private static Model Build()
    {
        var norm = new BatchNormOptions { BiasCorrection = false, Epsilon = (float)Golden.Number("epsilon"), RunningAverage = RunningAverage.UpdateRate((float)Golden.Number("running_momentum")) };
        var model = new Sequential(
            ("dense1", new Dense(7)), ("norm1", new BatchNorm(norm)), ("act1", new Sigmoid()),
            ("dense2", new Dense(5)), ("norm2", new BatchNorm(norm)), ("act2", new Sigmoid()),
            ("dense3", new Dense(4))).Build(Shape.Batch(12), 1);
        foreach (var layer in (string[])["dense1", "dense2", "dense3"]) model.Parameters[$"{layer}.weight"].CopyFrom(Floats(Golden.Transposed($"initial.{layer}.weight")));
        foreach (var name in (string[])["norm1.gamma", "norm1.beta", "norm2.gamma", "norm2.beta", "dense3.bias"]) model.Parameters[name].CopyFrom(Golden.Floats($"initial.{name}"));
        return model;
    }

    private static float[] Floats(double[] values) => Array.ConvertAll(values, static value => (float)value);

    private static void Close(double expected, double actual, string what) => Close([expected], [actual], what);

    private static void Close(double[] expected, float[] actual, string what) => Close(expected, Array.ConvertAll(actual, static value => (double)value), what);

    private static void Close(double[] expected, double[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = expected.Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance * Math.Max(scale, 1e-3), $"{what}, element {i}: expected {expected[i]:R}, got {actual[i]:R}");
    }
}
