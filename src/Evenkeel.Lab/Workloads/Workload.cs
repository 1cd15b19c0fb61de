using System.Collections.Immutable;
using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Trials;

namespace Evenkeel.Lab.Workloads;

/// <summary>The networks and data that most claims are run on.</summary>
internal static class Workload
{
    /// <summary>The paper's MNIST network: three hidden layers of 100 sigmoids, binary images, batches of 60.</summary>
    public static TrainingTrial MnistSigmoid { get; } = new()
    {
        Network = new Network { Widths = [100, 100, 100], Activation = "sigmoid", FirstWeights = "normal", Deviation = 0.1f },
        Pixels = PixelScale.Binary,
        BatchSize = 60,
        Rate = 0.5f,
    };

    /// <summary>Two hidden layers of 256 ReLUs.</summary>
    public static TrainingTrial MnistRelu { get; } = new() { Network = new Network { Widths = [256, 256] } };

    /// <summary>Hidden layers of 100 units.</summary>
    public static TrainingTrial MnistDeep(string activation, int layers = 10) => new() { Network = new Network { Widths = [.. Enumerable.Repeat(100, layers)], Activation = activation } };

    /// <summary>Three convolutions with 16, 32 and 64 filters on 10,000 photographs.</summary>
    public static TrainingTrial CifarSmall { get; } = new()
    {
        Network = new Network { Architecture = Architecture.Convolutional, Widths = [16, 32, 64] },
        Data = Cifar10.Name,
        Samples = 10_000,
        TestSamples = 1000,
        BatchSize = 64,
    };

    /// <summary>The same run with another normalisation.</summary>
    public static TrainingTrial With(this TrainingTrial trial, string norm) => trial with { Network = trial.Network with { Norm = norm } };

    /// <summary>Steps spread evenly over a run, the last one included.</summary>
    public static ImmutableArray<int> Every(int steps, int count) => [.. Enumerable.Range(1, count).Select(i => (int)((long)steps * i / count)).Where(static step => step > 0).Distinct()];
}
