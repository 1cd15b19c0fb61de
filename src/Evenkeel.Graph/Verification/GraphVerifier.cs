using Evenkeel.Graph.Nodes;

namespace Evenkeel.Graph.Verification;

/// <summary>A deliberately naive check of a finished graph: order, and names that identify parameters and states.</summary>
public static class GraphVerifier
{
    /// <summary>Checks the graph.</summary>
    /// <param name="nodes">All nodes in execution order.</param>
    /// <exception cref="GraphException">EK0104: a parameter or state shares its name with another one.</exception>
    /// <exception cref="InvalidOperationException">A node comes before one that it reads: a defect of a rewriting.</exception>
    public static void Verify(IReadOnlyList<Node> nodes)
    {
        var done = new HashSet<Node>(ReferenceEqualityComparer.Instance);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            foreach (var input in node.Inputs)
            {
                if (!done.Contains(input.Producer)) throw new InvalidOperationException($"{node} reads {input} before it is made.");
            }

            done.Add(node);
            if (node is ParameterNode or StateNode && !names.Add(node.Name)) throw GraphException.DuplicateName(node.Name);
        }
    }
}
