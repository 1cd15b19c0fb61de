using Evenkeel.Engine.Lowering;

namespace Evenkeel.Engine.Passes;

/// <summary>A rewriting of a plan's steps. Passes run in the order of <see cref="PassList"/>, each can be left out by name, and none changes what is computed.</summary>
public abstract class Pass
{
    /// <summary>The name in listings and options, lower case with dashes.</summary>
    public abstract string Name { get; }

    /// <summary>What it does, in one line.</summary>
    public abstract string Summary { get; }

    /// <summary>Rewrites the steps.</summary>
    /// <returns>A line per change, for listings.</returns>
    internal abstract IReadOnlyList<string> Apply(LoweringContext context);
}
