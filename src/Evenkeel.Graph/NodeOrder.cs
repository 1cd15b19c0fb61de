using Evenkeel.Graph.Nodes;

namespace Evenkeel.Graph;

/// <summary>The nodes behind some values, every node after the nodes that it reads.</summary>
public static class NodeOrder
{
    /// <summary>Orders depth first, inputs in order: the same graph always gives the same order.</summary>
    /// <param name="targets">The values that are wanted.</param>
    public static IReadOnlyList<Node> Of(params ReadOnlySpan<Value> targets)
    {
        var order = new List<Node>();
        var seen = new HashSet<Node>(ReferenceEqualityComparer.Instance);
        var stack = new Stack<(Node Node, int Next)>();
        foreach (var target in targets)
        {
            if (seen.Add(target.Producer)) stack.Push((target.Producer, 0));
            while (stack.TryPop(out var top))
            {
                if (top.Next == top.Node.Inputs.Length)
                {
                    order.Add(top.Node);
                    continue;
                }

                stack.Push((top.Node, top.Next + 1));
                var child = top.Node.Inputs[top.Next].Producer;
                if (seen.Add(child)) stack.Push((child, 0));
            }
        }

        return order;
    }
}
