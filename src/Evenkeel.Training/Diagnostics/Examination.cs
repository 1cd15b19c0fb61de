using System.Collections.Immutable;
using Evenkeel.Engine;
using Evenkeel.Graph.Nodes;
using Evenkeel.Training.Diagnostics.Probing;

namespace Evenkeel.Training.Diagnostics;

/// <summary>One visit: the patient, and what several checks derive from it, made once.</summary>
public sealed class Examination
{
    private readonly Lazy<ProbeResult?> _training;
    private readonly Lazy<ProbeResult?> _evaluation;
    private readonly ILookup<Value, Node> _consumers;

    internal Examination(Patient patient, DoctorOptions options, CancellationToken cancellation)
    {
        Patient = patient;
        Options = options;
        Cancellation = cancellation;
        var model = patient.Model;
        IBatchNormalization[] nodes = [.. NormalizationLayer.NodesOf(model)];
        var shares = MaskProbe.Run(patient, nodes, PlanOptions);
        Layers = [.. nodes.Select((node, i) => new NormalizationLayer(model, node) { ValidShare = shares[i] })];
        _consumers = model.Nodes.SelectMany(static node => node.Inputs.Select(input => (input, node))).ToLookup(static pair => pair.input, static pair => pair.node);
        _training = new(() => patient.Training is null || Layers.IsEmpty ? null : TwoModeProbe.Run(patient, patient.Training, options, cancellation));
        _evaluation = new(() => patient.Evaluation is null || Layers.IsEmpty ? null : TwoModeProbe.Run(patient, patient.Evaluation, options, cancellation));
    }

    /// <summary>What is examined.</summary>
    public Patient Patient { get; }

    /// <summary>How it is examined.</summary>
    public DoctorOptions Options { get; }

    /// <summary>The batch normalisations, in execution order.</summary>
    public ImmutableArray<NormalizationLayer> Layers { get; }

    /// <summary>The two-mode probe on a held batch of the training samples; null without samples or normalisations.</summary>
    public ProbeResult? TrainingProbe => _training.Value;

    /// <summary>The two-mode probe on a held batch of the held-out samples; null without samples or normalisations.</summary>
    public ProbeResult? EvaluationProbe => _evaluation.Value;

    /// <summary>Samples of an epoch, where known.</summary>
    public int? SamplesPerEpoch => Patient.SamplesPerEpoch ?? Patient.Training?.Count;

    /// <summary>Whether the values are not those that the model was built with: commits are known, or a gamma or beta has moved.</summary>
    public bool IsTrained => Patient.Commits > 0 || Layers.Any(static layer => Moved(layer.Node.Gamma, layer.Gamma) || Moved(layer.Node.Beta, layer.Beta));

    internal PlanOptions PlanOptions => new() { Capacity = Options.ProbeSamples, Threads = Options.Threads, Width = Options.Width };

    internal CancellationToken Cancellation { get; }

    /// <summary>The nodes that read a value.</summary>
    /// <param name="value">A value of the model.</param>
    public IEnumerable<Node> ConsumersOf(Value value) => _consumers[value];

    private static bool Moved(Value? parameter, float[] values)
    {
        if (parameter?.Producer is not ParameterNode { IsTrainable: true } node) return false;
        var first = new float[node.Output.Shape.Channels];
        node.Initializer.Fill(first, node.Output.Shape, 0, node.Name);
        return !values.AsSpan(0, first.Length).SequenceEqual(first);
    }
}
