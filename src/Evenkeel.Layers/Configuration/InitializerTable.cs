using Evenkeel.Graph.Models;
using Evenkeel.Layers.Initializers;

namespace Evenkeel.Layers.Configuration;

/// <summary>The one table of initialiser types: what the <c>"type"</c> of an initialiser in a configuration can say.</summary>
/// <remarks>All members may be called from any thread.</remarks>
public static class InitializerTable
{
    internal static TypeTable<Initializer> Types { get; } = new TypeTable<Initializer>("initializer", nameof(InitializerTable))
        .Add("constant", static options => new Constant(options.Number("value")), static (initializer, options) => options.Number("value", initializer.Value))
        .Add("normal", Normal.Read, Normal.Write)
        .Add("orthogonal", Orthogonal.Read, Orthogonal.Write)
        .Add("partial_identity", static _ => new PartialIdentity(), static (_, _) => { })
        .Add("uniform", Uniform.Read, Uniform.Write)
        .Add("variance_scaling", VarianceScaling.Read, VarianceScaling.Write);

    /// <summary>All names, sorted.</summary>
    public static IEnumerable<string> Names => Types.Names;

    /// <summary>Adds an initialiser type of your own.</summary>
    /// <typeparam name="T">The initialiser's sealed class.</typeparam>
    /// <param name="name">Its name in configurations.</param>
    /// <param name="read">Makes the initialiser from its options; options that it does not ask for are errors.</param>
    /// <param name="write">Writes all options that <paramref name="read"/> asks for; <c>type</c> is taken.</param>
    /// <exception cref="LayerException">EK0128: the name or the type is registered already.</exception>
    public static void Register<T>(string name, Func<OptionReader, T> read, Action<T, OptionWriter> write)
        where T : Initializer => Types.Add(name, read, write);
}
