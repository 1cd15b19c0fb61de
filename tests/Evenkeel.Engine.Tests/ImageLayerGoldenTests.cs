using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.TestKit;

namespace Evenkeel.Engine.Tests;

/// <summary>Layers that work on images against PyTorch: outputs and all gradients.</summary>
public sealed class ImageLayerGoldenTests
{
    private static readonly Tolerance Single = new(1e-6, 2e-5, "sums of a few dozen terms in single precision");

    private static readonly Dictionary<string, Layer> Layers = new()
    {
        ["convolution"] = new Convolution(5, 3, new ConvolutionOptions { Padding = 1 }),
        ["strided"] = new Convolution(4, (3, 2), new ConvolutionOptions { Stride = (2, 3), Padding = (1, 0) }),
        ["grouped"] = new Convolution(6, 3, new ConvolutionOptions { Groups = 2, Dilation = (2, 1), Padding = (2, 1) }),
        ["depthwise"] = new Convolution(6, 3, new ConvolutionOptions { Groups = ConvolutionOptions.Depthwise, Stride = 2, Padding = 1 }),
        ["transposed"] = new TransposedConvolution(4, 3, new ConvolutionOptions { Stride = 2, Padding = 1 }, outputPadding: 1),
        ["transposed grouped"] = new TransposedConvolution(6, (2, 3), new ConvolutionOptions { Stride = (1, 2), Dilation = (2, 1), Groups = 2, Padding = (0, 1) }),
        ["max pool"] = new MaxPool(3, 2, 1),
        ["average pool"] = new AveragePool(3, 2, 1),
        ["average pool with padding"] = new AveragePool((3, 2), (2, 1), 1, countsPadding: true),
        ["adaptive average pool"] = new AdaptiveAveragePool((3, 4)),
        ["adaptive max pool"] = new AdaptiveMaxPool((3, 2)),
        ["zero pad"] = new ZeroPad(Padding.Of(3, 0, 1, 2)),
        ["upsample"] = new Upsample((2, 3)),
    };

    public static TheoryData<string> Names => [.. Layers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Outputs_and_gradients_are_those_of_PyTorch(string name)
    {
        var golden = Golden.Load("image-layers");
        var shape = golden.Array($"{name}.x").Shape;
        var model = Layers[name].Build(Shape.Batch(shape.AsSpan(1)));
        foreach (var parameter in model.Parameters) parameter.CopyFrom(golden.Floats($"{name}.{parameter.Name}"));
        foreach (var capacity in new[] { 2, 16 })
        {
            using var evaluation = EvaluationPlan.Compile(model, null, new PlanOptions { Capacity = capacity });
            var y = evaluation.Run(golden.Floats($"{name}.x")).ToArray();
            Expect.Close(golden[$"{name}.y"], y, Single, "y");

            // The gradient of the mean squared error is 2 (y - t) / count: these targets make it dy.
            using var plan = GradientPlan.Compile(model, new MeanSquaredError(), inputGradient: true, new PlanOptions { Capacity = capacity });
            var slot = plan.CreateSlot();
            slot.Fill(golden.Floats($"{name}.x"), [.. golden[$"{name}.dy"].Select((dy, i) => (float)(y[i] - (dy * y.Length / 2)))]);
            plan.Run(slot);
            Expect.Close(golden[$"{name}.dx"], plan.InputGradient, Single, "dx");
            foreach (var gradient in plan.Gradients) Expect.Close(golden[$"{name}.d{gradient.Name}"], gradient.ToArray(), Single, $"d{gradient.Name}");
        }
    }
}
