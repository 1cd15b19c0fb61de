using Evenkeel.Numerics.Text;

namespace Evenkeel.Graph;

/// <summary>A model that cannot be: shapes that do not fit, options that contradict each other, names used twice.</summary>
public sealed class GraphException : EvenkeelException
{
    /// <summary>Creates the error.</summary>
    public GraphException(string code, string message)
        : base(code, message)
    {
    }

    internal static GraphException ShapeMismatch(string where, string came, string expected, string remedy) =>
        new("EK0101", $"[{where}] got {came}, but expected {expected}. {remedy}");

    internal static GraphException NoAdjoint(string where, string kind) =>
        new("EK0102", $"[{where}] a gradient was asked for, but {kind} has no adjoint rule. Stop the gradient before it, or use a node that has one.");

    internal static GraphException NotAScalar(string where, string shape) =>
        new("EK0103", $"[{where}] the loss has shape {shape}, but a gradient starts from a single number. Reduce it to [] first, for example with a mean.");

    internal static GraphException DuplicateName(string name) =>
        new("EK0104", $"[{name}] two tensors have this name, but names identify tensors in checkpoints. Give one of the layers another name.");

    internal static GraphException BadOption(string where, string came, string expected, string remedy) =>
        new("EK0105", $"[{where}] got {came}, but expected {expected}. {remedy}");

    internal static GraphException UnknownTensor(string name, IEnumerable<string> known) =>
        new("EK0106", $"There is no tensor '{name}'. {DidYouMean.Remedy(name, known)}");

    internal static GraphException RecurrentParts(string where, string came, string expected) =>
        new("EK0630", $"[{where}] got {came}, but expected {expected}. Leave the part out, or build the layer with Lstm, Gru or Rnn.");

    internal static GraphException NotFrozen(Nodes.Node node) =>
        new("EK0631", $"[{node}] the batch normalisation inside a recurrent layer was to be frozen, but it has no form with running statistics in training. Freeze other layers, or use layer normalisation.");
}
