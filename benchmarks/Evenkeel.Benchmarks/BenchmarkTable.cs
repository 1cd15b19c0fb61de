using Evenkeel.Benchmarks.Cases;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Numerics.Kernels.Convolution;
using Evenkeel.Numerics.Kernels.Elementwise;
using Activations = Evenkeel.Numerics.Activations;

namespace Evenkeel.Benchmarks;

/// <summary>Every case, in the order in which they are listed and run.</summary>
public static class BenchmarkTable
{
    /// <summary>The cases.</summary>
    public static IReadOnlyList<BenchmarkCase> All { get; } =
    [
        new TrainPerceptronCase(100, 60, "sigmoid", normalizes: true),
        new TrainPerceptronCase(100, 60, "sigmoid", normalizes: false),
        new TrainPerceptronCase(512, 128, "relu", normalizes: true),
        new TrainPerceptronCase(512, 128, "relu", normalizes: false),
        new TrainPerceptronCase(1024, 256, "relu", normalizes: true),
        new TrainPerceptronCase(1024, 256, "relu", normalizes: false),
        new TrainNetworkCase("train/resnet20-bn-b128", "resnet20-b", Cifar, 128),
        new TrainNetworkCase("train/resnet20-b128", "resnet20-b", Cifar, 128, normalizes: false),
        new TrainNetworkCase("train/vgg11-bn-b64", "vgg11", Cifar, 64),
        new TrainNetworkCase("train/vgg11-b64", "vgg11", Cifar, 64, normalizes: false),
        new TrainNetworkCase("train/densenet-bc-40-12-b64", "densenet-bc-40-12", Cifar, 64),
        new TrainNetworkCase("train/densenet-40-12-b64", "densenet-bc-40-12", Cifar, 64, normalizes: false),
        new TrainNetworkCase("train/mobilenetv2-96px-b16", "mobilenetv2", Shape.Batch(96, 96, 3), 16, classes: 1000),
        new TrainNetworkCase("train/mobilenetv2-plain-96px-b16", "mobilenetv2", Shape.Batch(96, 96, 3), 16, classes: 1000, normalizes: false),
        TrainSequenceCase.Lstm(256, 32, 64),
        TrainSequenceCase.Lstm(256, 32, 64, RecurrentNormalization.BatchPerStep),
        TrainSequenceCase.Lstm(256, 32, 64, RecurrentNormalization.Layer),
        TrainSequenceCase.Block(64, 28, 64),
        TrainSequenceCase.Block(256, 128, 8),
        TrainSequenceCase.Block(256, 128, 8, "batch"),
        new InferCase("infer/resnet20-b1", "resnet20-b", Cifar, 1),
        new InferCase("infer/resnet20-b128", "resnet20-b", Cifar, 128),
        new InferCase("infer/mobilenetv2-224px-b1", "mobilenetv2", Shape.Batch(224, 224, 3), 1, classes: 1000),
        .. BatchNormCases(),
        new LayerNormCase(2048, 1024),
        new GroupNormCase(32, 64, 32, 16),
        new ElementCase<Copy>("copy", 1 << 21),
        new ElementCase<ActivationForward<Activations.Sigmoid>>("sigmoid", 1 << 21),
        new ElementCase<ActivationForward<Activations.Tanh>>("tanh", 1 << 21),
        new ElementCase<ActivationForward<Activations.Gelu>>("gelu", 1 << 21),
        new ElementCase<ActivationForward<Activations.Relu>>("relu", 1 << 21),
        new ElementCase<Copy>("copy", 7 << 19),
        new ElementCase<Copy>("copy", 1 << 25),
        new UpdateCase("adamw", 1 << 20),
        new UpdateCase("sgd", 1 << 20),
        .. ConvolutionCases(),
        .. ConvolutionKernelCases(),
        new SquareProductCase(256),
        new SquareProductCase(512),
        new SquareProductCase(1024),
    ];

    private static Shape Cifar => Shape.Batch(32, 32, 3);

    private static IEnumerable<BatchNormCase> BatchNormCases()
    {
        foreach (var (samples, channels, size) in ((int, int, int)[])[(128, 16, 32), (128, 64, 16), (32, 64, 56), (128, 256, 8)])
        {
            yield return new BatchNormCase(samples, channels, size, rectifies: false);
            yield return new BatchNormCase(samples, channels, size, rectifies: true);
        }
    }

    private static IEnumerable<ConvolutionCase> ConvolutionCases()
    {
        foreach (var (samples, channels, filters, size, kernel) in ((int, int, int, int, int)[])[(128, 16, 16, 32, 3), (128, 32, 32, 16, 3), (128, 64, 64, 8, 3), (32, 64, 64, 56, 3), (32, 256, 256, 14, 3), (32, 64, 256, 56, 1)])
        {
            yield return new ConvolutionCase(samples, channels, size, filters, kernel, normalizes: false);
            yield return new ConvolutionCase(samples, channels, size, filters, kernel, normalizes: true);
        }
    }

    private static IEnumerable<ConvolutionKernelCase> ConvolutionKernelCases() =>
        from size in ((int Samples, int Channels, int Size)[])[(128, 64, 8), (32, 64, 56), (32, 256, 14)]
        from algorithm in (string[])["direct", "winograd-2x2", "winograd-4x4"]
        from direction in Enum.GetValues<ConvolutionDirection>()
        select new ConvolutionKernelCase(algorithm, direction, size.Samples, size.Channels, size.Size);
}
