using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Numerics.Randomness;

namespace Evenkeel.Lab.Trials;

/// <summary>Runs a few layers on numbers of the caller's, forward and backward, on one thread: for claims that have a closed form.</summary>
internal sealed class LayerProbe : IDisposable
{
    private readonly ObservationPlan _forward;
    private readonly ObservationPlan _inference;
    private readonly GradientPlan _gradient;
    private readonly BatchSlot _slot;
    private readonly int _count;

    /// <param name="network">The layers.</param>
    /// <param name="sample">The sizes of one sample.</param>
    /// <param name="count">Samples in a batch.</param>
    /// <param name="seed">Of the first weights.</param>
    public LayerProbe(Layer network, ReadOnlySpan<int> sample, int count, ulong seed = 1)
    {
        _count = count;
        Model = network.Build(Shape.Batch(sample), seed);
        var options = new PlanOptions { Capacity = count, Threads = 1 };
        _forward = ObservationPlan.Compile(Model, [Model.Output], training: true, options);
        _inference = ObservationPlan.Compile(Model, [Model.Output], training: false, options);
        _gradient = GradientPlan.Compile(Model, new MeanSquaredError(), inputGradient: true, options);
        _slot = _gradient.CreateSlot();
    }

    public Model Model { get; }

    /// <summary>The gradients by the parameters of the newest backward pass.</summary>
    public TensorStore<float> Gradients => _gradient.Gradients;

    /// <summary>The outputs of a training step: batch statistics.</summary>
    public float[] Forward(ReadOnlySpan<float> features) => Run(_forward, features);

    /// <summary>The outputs in inference: running statistics.</summary>
    public float[] Infer(ReadOnlySpan<float> features) => Run(_inference, features);

    /// <summary>Outputs and the gradient by the features of <c>sum(cotangent * output)</c>.</summary>
    /// <remarks>The mean squared error has the gradient <c>2 (y - t) / elements</c>: the target <c>t = y - cotangent elements / 2</c> makes it the cotangent, up to the rounding of t.</remarks>
    public (float[] Output, float[] InputGradient) Backward(ReadOnlySpan<float> features, ReadOnlySpan<float> cotangent)
    {
        var output = Forward(features);
        features.CopyTo(_slot.Features);
        for (var i = 0; i < output.Length; i++) _slot.Targets[i] = output[i] - (cotangent[i] * output.Length / 2);
        _slot.Count = _count;
        _gradient.Run(_slot);
        return (output, _gradient.InputGradient[..features.Length].ToArray());
    }

    public void Dispose()
    {
        _forward.Dispose();
        _inference.Dispose();
        _gradient.Dispose();
    }

    /// <summary>Standard normal numbers, a function of seed and name.</summary>
    public static float[] Normal(int count, string name, ulong seed = 1)
    {
        var values = new float[count];
        new RandomStream(seed, name).FillNormal(values);
        return values;
    }

    /// <summary>Numbers of [0, 1), a function of seed and name.</summary>
    public static float[] Uniform(int count, string name, ulong seed = 1)
    {
        var values = new float[count];
        new RandomStream(seed, name).FillUniform(values);
        return values;
    }

    private float[] Run(ObservationPlan plan, ReadOnlySpan<float> features)
    {
        plan.Slot.Fill(features);
        plan.Run(plan.Slot);
        return plan.Read(Model.Output)[..checked((int)(plan.Slot.Count * Model.Output.Shape.ElementsPerSample))].ToArray();
    }
}
