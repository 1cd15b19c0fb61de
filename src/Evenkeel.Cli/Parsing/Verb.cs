using System.CommandLine;

namespace Evenkeel.Cli.Parsing;

/// <summary>A verb, and command lines that show in its help what it is for.</summary>
/// <param name="name">Its name.</param>
/// <param name="description">What it does, in a sentence.</param>
/// <param name="examples">What follows <c>evenkeel</c>, as one would type it.</param>
internal sealed class Verb(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>What follows <c>evenkeel</c>, as one would type it.</summary>
    public IReadOnlyList<string> Examples { get; } = examples;
}
