using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Losses;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Elementwise;

namespace Evenkeel.Training.Decoupled;

/// <summary>A small network that predicts what a segment will get from elsewhere: the gradient of its output, or its input.</summary>
/// <remarks>
/// Gradients are predicted per sample, <c>N</c> times those of the mean loss: what a sample's gradient is does not depend on how many others are in its batch. It learns by the squared error (Jaderberg et al. 2016, section 2).
/// A label is seen as further channels that are 1 for its class and 0 elsewhere, at every place of an image.
/// </remarks>
internal sealed unsafe class PredictionModule : IDisposable
{
    private readonly SegmentPlan _plan;
    private readonly BatchSlot _slot;
    private readonly KernelEntry<ElementSweepArguments> _scale;
    private readonly int _channels;
    private readonly int _classes;

    /// <summary>Makes a module.</summary>
    /// <param name="name">What its tensors are called by.</param>
    /// <param name="input">What it sees, <c>[N, F]</c> or <c>[N, H, W, C]</c>.</param>
    /// <param name="output">What it predicts; <c>[N, F]</c>, or as high and wide as the input.</param>
    /// <param name="classes">How many classes a label has that it sees too; 0 where it sees none.</param>
    /// <param name="options">What it is made of.</param>
    /// <param name="outputWeights">The first weights of its last layer.</param>
    /// <param name="seed">Of its first weights.</param>
    /// <param name="plans">Capacity, team, width.</param>
    public PredictionModule(string name, Shape input, Shape output, int classes, ModuleOptions options, Initializer outputWeights, ulong seed, PlanOptions plans)
    {
        (_channels, _classes) = (input.Channels, classes);
        var network = new Sequential((name, Network(output, classes > 0, options, outputWeights)));
        Model = network.Build(Shape.Batch([.. input.Sizes[..^1], input.Channels + classes]), seed);
        Memory = new UpdateMemory(Model, options.Optimizer);
        _plan = SegmentPlan.CompileTop(Model, new MeanSquaredError(), targetsAreLate: true, Memory, inputGradient: false, plans);
        _slot = _plan.CreateSlot();
        _scale = KernelEntry<ElementSweepArguments>.Of<ElementSweep<MultiplyFactor>>(plans.Width == 0 ? Numerics.Packs.PackWidths.Widest : plans.Width);
    }

    /// <summary>Its network.</summary>
    public Model Model { get; }

    /// <summary>Its gradients and optimizer slots.</summary>
    public UpdateMemory Memory { get; }

    /// <summary>Whether its newest forward pass has not been learned from.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Throws where a batch cannot be run.</summary>
    public void Require(int count) => _plan.Require(count);

    /// <summary>Begins a step; throws where its batch cannot be run.</summary>
    public void Begin(int count)
    {
        Require(count);
        IsWaiting = false;
    }

    /// <summary>Predicts for a batch.</summary>
    /// <param name="values">What it sees, sample by sample.</param>
    /// <param name="labels">The labels, where it sees them.</param>
    /// <param name="count">The samples.</param>
    /// <param name="factor">What the prediction is multiplied by.</param>
    /// <param name="prediction">Receives it.</param>
    public void Predict(ReadOnlySpan<float> values, ReadOnlySpan<int> labels, int count, float factor, Span<float> prediction)
    {
        Look(values, labels, count);
        Scale(_plan.Output, factor, prediction);
    }

    /// <summary>Runs forward, for learning alone.</summary>
    /// <inheritdoc cref="Predict"/>
    public void Look(ReadOnlySpan<float> values, ReadOnlySpan<int> labels, int count)
    {
        _slot.Count = count;
        if (_classes == 0) values.CopyTo(_slot.Features);
        else Append(values, labels, count);
        _plan.Forward(_slot);
        IsWaiting = true;
    }

    /// <summary>Learns what it should have predicted for the batch that it saw last.</summary>
    /// <param name="truth">The truth.</param>
    /// <param name="factor">What the truth is multiplied by.</param>
    /// <param name="commit">Commits before this one.</param>
    /// <param name="rate">The learning rate.</param>
    /// <returns>Whether all was finite; else nothing changed.</returns>
    public bool Learn(ReadOnlySpan<float> truth, float factor, long commit, float rate)
    {
        Scale(truth, factor, _plan.Late);
        _plan.Backward();
        IsWaiting = false;
        var (_, isFinite) = _plan.Check();
        if (isFinite) _plan.Commit(commit, rate, GradientChange.None);
        return isFinite;
    }

    public void Dispose() => _plan.Dispose();

    private static Sequential Network(Shape output, bool isConditioned, ModuleOptions options, Initializer outputWeights)
    {
        var isFlat = output.Rank == 2;
        var hidden = options.Hidden ?? (isConditioned ? [] : isFlat ? [1024, 1024] : [128, 128]);
        // Modules only ever predict for the batch in hand, so nobody reads running statistics.
        var norm = new BatchNorm(BatchNormOptions.Default with { UpdateRunningStatistics = false });
        Layer Product(int units, Initializer weights) => isFlat
            ? new Dense(units, new DenseOptions { WeightInitializer = weights })
            : new Convolution(units, options.Kernel, new ConvolutionOptions { Padding = options.Kernel / 2, WeightInitializer = weights });
        List<NamedLayer> layers = isFlat ? [new Flatten()] : [];
        foreach (var units in hidden) layers.AddRange(Product(units, He.Normal), norm, new Relu());
        layers.Add(("output", Product(output.Channels, outputWeights)));
        return new Sequential([.. layers]);
    }

    private void Append(ReadOnlySpan<float> values, ReadOnlySpan<int> labels, int count)
    {
        var (width, rows) = (_channels + _classes, values.Length / _channels);
        var rowsPerSample = rows / count;
        var features = _slot.Features;
        for (var row = 0; row < rows; row++)
        {
            var place = features.Slice(row * width, width);
            values.Slice(row * _channels, _channels).CopyTo(place);
            place[_channels..].Clear();
            place[_channels + labels[row / rowsPerSample]] = 1;
        }
    }

    private void Scale(ReadOnlySpan<float> from, float factor, Span<float> to)
    {
        if (factor == 1)
        {
            from.CopyTo(to);
            return;
        }

        fixed (float* first = from, output = to)
        {
            var arguments = new ElementSweepArguments { First = first, Channel = &factor, Output = output, Stride = from.Length, Window = new Window(0, 1, 0, from.Length) };
            _scale.Run(ref arguments);
        }
    }
}
