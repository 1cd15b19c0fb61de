using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Models;

/// <summary>A layer as the builder of a model named it; its nodes and tensors carry its name or start with it and a dot.</summary>
/// <param name="Name">Where it stands, for example <c>hidden1.bn</c>; empty for the network itself.</param>
/// <param name="Kind">What it is, for example <c>batch_norm</c>.</param>
/// <param name="Input">The shape that comes in.</param>
/// <param name="Output">The shape that goes out.</param>
public sealed record ModelLayer(string Name, string Kind, Shape Input, Shape Output);
