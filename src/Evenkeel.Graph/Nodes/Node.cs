using System.Collections.Immutable;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Nodes;

/// <summary>An immutable operation on values: its shape rule is its constructor, its adjoint rule builds further nodes.</summary>
/// <remarks>Derive a sealed class per operation, in a file of its own. The engine learns to run it by a lowering that is registered for the type.</remarks>
public abstract class Node
{
    private readonly List<Value> _outputs = [];

    /// <summary>Creates the node.</summary>
    /// <param name="name">Where it stands in the model, for example <c>hidden1.bn</c>.</param>
    /// <param name="inputs">What it reads.</param>
    protected Node(string name, params ReadOnlySpan<Value> inputs)
    {
        Name = name;
        Inputs = [.. inputs];
    }

    /// <summary>Where the node stands in the model.</summary>
    public string Name { get; }

    /// <summary>What the node reads.</summary>
    public ImmutableArray<Value> Inputs { get; }

    /// <summary>What the node makes.</summary>
    public IReadOnlyList<Value> Outputs => _outputs;

    /// <summary>The operation's name, for messages and listings.</summary>
    public virtual string Kind => GetType().Name.EndsWith("Node", StringComparison.Ordinal) ? GetType().Name[..^4] : GetType().Name;

    /// <summary>The multiplications with an addition that one sample takes, or the whole node where nothing is batched; 0 where there are none worth counting.</summary>
    public virtual long MultiplyAdds => 0;

    /// <summary>The running statistics that a commit of a training step moves.</summary>
    public virtual IReadOnlyList<RunningStatistics> Statistics => [];

    /// <summary>States that a commit of a training step overwrites.</summary>
    public virtual IReadOnlyList<StateCandidate> Candidates => [];

    /// <summary>Adds the cotangents of the inputs, as nodes, given those of the outputs.</summary>
    /// <exception cref="GraphException">EK0102: the operation has no adjoint.</exception>
    public virtual void Adjoint(AdjointContext context) => throw GraphException.NoAdjoint(Name, Kind);

    /// <summary>The same operation on other inputs.</summary>
    /// <param name="inputs">As many as <see cref="Inputs"/>, of the same shapes.</param>
    public abstract Node WithInputs(ImmutableArray<Value> inputs);

    /// <summary>Declares the next output; called by the constructor.</summary>
    protected Value AddOutput(Shape shape, string? suffix = null)
    {
        var value = new Value(this, _outputs.Count, suffix is null ? Name : $"{Name}.{suffix}", shape);
        _outputs.Add(value);
        return value;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} '{Name}'";
}
