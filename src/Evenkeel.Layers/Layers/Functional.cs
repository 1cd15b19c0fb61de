using Evenkeel.Graph.Nodes;

namespace Evenkeel.Layers;

/// <summary>A layer that is code: for branches, gates and whatever is no chain.</summary>
/// <remarks>
/// <c>new Functional((scope, x) => scope.Apply("output", new Dense(10), new AddNode(scope.NameOf("sum"), scope.Apply("left", new Dense(64), x), scope.Apply("right", new Dense(64), x)).Output))</c>.
/// Code cannot be written into a checkpoint: such a model is built by the same code again, and only its values are loaded.
/// </remarks>
public sealed class Functional : Layer
{
    private readonly Func<BuildScope, Value, Value> _build;

    /// <summary>Creates the layer.</summary>
    /// <param name="build">Builds the graph from the scope and the input.</param>
    /// <param name="kind">What listings call it. Default <c>functional</c>.</param>
    public Functional(Func<BuildScope, Value, Value> build, string kind = "functional")
    {
        ArgumentNullException.ThrowIfNull(build);
        _build = build;
        Kind = kind;
    }

    /// <inheritdoc/>
    public override string Kind { get; }

    /// <inheritdoc/>
    public override Value Build(BuildScope scope, Value input) => _build(scope, input);
}
