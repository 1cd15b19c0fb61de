using Evenkeel.Graph.Nodes;

namespace Evenkeel.Engine.Lowering;

/// <summary>Turns nodes of one type into steps.</summary>
/// <typeparam name="TNode">The node type.</typeparam>
public interface ILowering<TNode>
    where TNode : Node
{
    /// <summary>Adds the steps that run <paramref name="node"/>, in order.</summary>
    static abstract void Lower(TNode node, LoweringContext context);
}
