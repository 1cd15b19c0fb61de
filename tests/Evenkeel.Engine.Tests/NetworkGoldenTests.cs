using System.Text;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.TestKit;

namespace Evenkeel.Engine.Tests;

/// <summary>Two training steps of every convolutional network against PyTorch in double precision: logits, losses, every gradient, parameter and running statistic.</summary>
public sealed class NetworkGoldenTests
{
    /// <summary>What exact zeros (a shift that the next normalisation takes away) become.</summary>
    private const double Zero = 1e-5;

    /// <summary>The networks, and ten times what PyTorch itself loses of their gradients in single precision: the deeper a network, and the fewer numbers per channel its last stages have, the more.</summary>
    public static TheoryData<string, double> Networks => new()
    {
        { "resnet20", 1e-4 }, { "resnet20-b", 1e-4 }, { "plain20", 1e-4 }, { "resnet18", 3e-4 }, { "resnet50", 3e-3 },
        { "vgg11", 2e-4 }, { "densenet-bc-40-12", 1e-4 }, { "mobilenetv2", 3e-4 }, { "bn-inception-cifar", 5e-4 },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Training_follows_PyTorch(string name, double tolerance)
    {
        var golden = Golden.Load($"network-{name}");
        int count = golden.Integers("count")[0], size = golden.Integers("size")[0], classes = golden.Integers("classes")[0];
        var (salt, rectifies) = (golden.Integers("salt")[0], golden.Integers("rectifies")[0] == 1);
        var options = new ModelOptions { Outputs = classes, Activation = rectifies ? null : "tanh", BatchNorm = new BatchNormOptions { BiasCorrection = false }, WeightInitializer = Constant.Zero };
        var model = ModelTable.Create(name, options).Build(Shape.Batch(size, size, 3));
        foreach (var tensor in model.Parameters) Fill(tensor);
        float[] Images(int step) => [.. Uniform($"x{step}.{salt}", count * size * size * 3).Select(static u => (float)(Math.Sqrt(3) * u))];
        int[] Labels(int step) => [.. Uniform($"labels{step}.{salt}", count).Select(u => (int)Math.Floor((u + 1) / 2 * classes))];

        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = count });
        plan.LearningRate = (float)golden.Number("rate");
        Close("loss 0", [golden["losses"][0]], [plan.Step(Images(0), Labels(0)).Loss], tolerance);
        foreach (var gradient in plan.Gradients) Kept(golden, $"gradient.{gradient.Name}", Expect.Widen(gradient.ToArray()), tolerance);
        Close("loss 1", [golden["losses"][1]], [plan.Step(Images(1), Labels(1)).Loss], tolerance);
        foreach (var parameter in model.Parameters) Kept(golden, $"after.{parameter.Name}", Expect.Widen(parameter.ToArray()), tolerance);
        foreach (var state in model.States.Where(static state => !state.Name.EndsWith("running_weight", StringComparison.Ordinal))) Kept(golden, $"after.{state.Name}", state.ToArray(), tolerance);
    }

    /// <summary>The first values that the generator of the goldens makes from names.</summary>
    private static void Fill(Tensor<float> tensor)
    {
        var sizes = tensor.Shape.Sizes;
        var inputs = tensor.Shape.ElementsPerSample / sizes[^1];
        var values = Uniform(tensor.Name, tensor.Length);
        var part = tensor.Name[(tensor.Name.LastIndexOf('.') + 1)..];
        for (var i = 0; i < values.Length; i++)
        {
            tensor.Span[i] = (float)(part switch
            {
                "gamma" => 1 + (0.3 * values[i]),
                "beta" => 0.2 * values[i],
                "bias" => 0.1 * values[i],
                _ => values[i] * Math.Sqrt((sizes.Length == 4 ? 6.0 : 3.0) / inputs),
            });
        }
    }

    private static double[] Uniform(string name, int count)
    {
        var seed = 0xCBF29CE484222325;
        foreach (var letter in Encoding.ASCII.GetBytes(name)) seed = (seed ^ letter) * 0x100000001B3;
        return new SeededRandom(seed).Uniforms(count, -1, 1);
    }

    /// <summary>The norm, and numbers at places that the size decides.</summary>
    private static void Kept(Golden golden, string what, double[] values, double tolerance)
    {
        var expected = golden[what];
        var samples = expected.Length - 1;
        double[] actual = [Math.Sqrt(values.Sum(static value => value * value)), .. Enumerable.Range(0, samples).Select(j => values[(int)((((long)j * values.Length / samples) + j) % values.Length)])];
        Close(what, expected[..1], actual[..1], tolerance);

        // A number is judged on the scale of its tensor.
        Expect.CloseScaled(expected[1..], actual[1..], new Tolerance(Zero, tolerance, "float rounding through a whole network"), [Math.Max(expected[0] / Math.Sqrt(values.Length), Expect.LargestMagnitude(expected.AsSpan(1)))], what);
    }

    private static void Close(string what, double[] expected, double[] actual, double tolerance) =>
        Expect.Close(expected, actual, new Tolerance(Zero, tolerance, "float rounding through a whole network"), what);
}
