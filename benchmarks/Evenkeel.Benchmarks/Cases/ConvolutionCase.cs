using System.Globalization;
using Evenkeel.Benchmarks.Networks;
using Evenkeel.Engine;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Initializers;
using Evenkeel.Numerics.Kernels.Convolution;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Benchmarks.Cases;

/// <summary>A convolution of stride 1 that keeps the image's size, forward and backward with all gradients, alone or with batch normalisation and a rectifier behind it.</summary>
/// <param name="samples">N.</param>
/// <param name="channels">C.</param>
/// <param name="size">H and W.</param>
/// <param name="filters">K.</param>
/// <param name="kernel">Rows and columns of the filter, odd.</param>
/// <param name="normalizes">Whether batch normalisation and a rectifier follow.</param>
public sealed class ConvolutionCase(int samples, int channels, int size, int filters, int kernel, bool normalizes) : BenchmarkCase
{
    /// <inheritdoc/>
    public override string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"op/conv{kernel}x{kernel}{(normalizes ? "-bn-relu" : "")}-{samples}x{channels}x{size}x{size}-{filters}");

    /// <inheritdoc/>
    public override BenchmarkRun Prepare(int threads)
    {
        var convolution = new Convolution(filters, kernel);
        Layer network = normalizes ? new Sequential(convolution, new BatchNorm(), new Relu()) : convolution;
        var plan = GradientPlan.Compile(network.Build(Shape.Batch(size, size, channels), seed: 0), new GivenCotangent(), inputGradient: true, new PlanOptions { Capacity = samples, Threads = threads });
        var slot = plan.CreateSlot();
        slot.Count = samples;
        new RandomStream(0, "features").FillNormal(slot.Features);
        new RandomStream(0, "cotangent").FillNormal(slot.Targets);
        return new Run(plan, slot) { Operations = 6.0 * samples * Geometry(channels, size, filters, kernel).MultiplyAdds };
    }

    /// <summary>A convolution of stride 1 whose images keep their size.</summary>
    internal static ConvolutionShape Geometry(int channels, int size, int filters, int kernel)
    {
        var padding = kernel / 2;
        return new(size, size, channels, filters, kernel, kernel) { PaddingTop = padding, PaddingBottom = padding, PaddingLeft = padding, PaddingRight = padding };
    }

    private sealed class Run(GradientPlan plan, BatchSlot slot) : BenchmarkRun
    {
        public override void Step() => plan.Run(slot);

        public override void Dispose() => plan.Dispose();
    }

    private sealed class Convolution(int filters, int kernel) : Layer
    {
        public override string Kind => "convolution";

        public override Graph.Nodes.Value Build(BuildScope scope, Graph.Nodes.Value input)
        {
            var geometry = Geometry(input.Shape.Sizes[2], input.Shape.Sizes[0], filters, kernel);
            return new ConvolutionNode(scope.Name, input, scope.Parameter("weight", Shape.Of(kernel, kernel, geometry.Channels, filters), He.Normal, decays: true), geometry).Output;
        }
    }
}
