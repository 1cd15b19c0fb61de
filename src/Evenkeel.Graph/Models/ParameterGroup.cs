using System.IO.Enumeration;

namespace Evenkeel.Graph.Models;

/// <summary>Parameters, told by their names, whose rate or decay differs from the others'.</summary>
/// <param name="Names">A name, or a pattern in which <c>*</c> stands for any letters, for example <c>*.beta</c>; upper and lower case differ.</param>
/// <param name="RateFactor">What the learning rate is multiplied by, from 0 on. Default 1.</param>
/// <param name="DecayFactor">What the weight decay is multiplied by, from 0 on, also for parameters that do not decay by themselves; null (default) leaves the decay as the parameter has it.</param>
public sealed record ParameterGroup(string Names, float RateFactor = 1, float? DecayFactor = null)
{
    /// <summary>Whether a parameter belongs to the group.</summary>
    /// <param name="name">The parameter's name.</param>
    public bool Matches(string name) => FileSystemName.MatchesSimpleExpression(Names, name, ignoreCase: false);
}
