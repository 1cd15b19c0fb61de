using System.Collections.Immutable;
using Evenkeel.Graph.Shapes;

namespace Evenkeel.Layers.Models;

/// <summary>A line of a <see cref="ModelSummary"/>.</summary>
/// <param name="Name">Where the layer stands, for example <c>hidden1.bn</c>.</param>
/// <param name="Kind">What it is, for example <c>batch_norm</c>.</param>
/// <param name="Output">The shape that goes out.</param>
/// <param name="Parameters">How many numbers it trains or could train.</param>
/// <param name="States">How many numbers commits change without a gradient, for example running statistics.</param>
/// <param name="MultiplyAdds">The multiplications with an addition that one sample takes on its way forward.</param>
/// <param name="Notes">What is worth knowing, for example a dropped bias.</param>
public sealed record LayerSummary(string Name, string Kind, Shape Output, long Parameters, long States, long MultiplyAdds, ImmutableArray<string> Notes);
