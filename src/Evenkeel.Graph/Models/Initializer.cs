using Evenkeel.Graph.Shapes;

namespace Evenkeel.Graph.Models;

/// <summary>Fills a tensor before training.</summary>
public abstract class Initializer
{
    /// <summary>Writes the first values: a function of shape, seed and name alone.</summary>
    /// <param name="values">Receives them.</param>
    /// <param name="shape">The tensor's shape, for example <c>[inputs, outputs]</c>.</param>
    /// <param name="seed">The model's seed.</param>
    /// <param name="name">The tensor's name, which is also the name of its random stream.</param>
    public abstract void Fill(Span<float> values, Shape shape, ulong seed, string name);
}
