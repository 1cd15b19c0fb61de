using System.Collections.Immutable;

namespace Evenkeel.Layers.Configuration;

/// <summary>The types of one family by their names in configurations, with the code that reads and writes them; no reflection.</summary>
/// <typeparam name="TBase">The family.</typeparam>
/// <remarks>All members may be called from any thread.</remarks>
internal sealed class TypeTable<TBase>(string family, string owner)
    where TBase : class
{
    private sealed record Entry(string Name, Type Type, Func<OptionReader, TBase> Read, Action<TBase, OptionWriter> Write);

    private ImmutableSortedDictionary<string, Entry> _entries = ImmutableSortedDictionary.Create<string, Entry>(StringComparer.Ordinal);

    public IEnumerable<string> Names => _entries.Keys;

    public TypeTable<TBase> Add<T>(string name, Func<OptionReader, T> read, Action<T, OptionWriter> write)
        where T : class, TBase
    {
        var entry = new Entry(name, typeof(T), read, (value, options) => write((T)value, options));
        if (!ImmutableInterlocked.Update(ref _entries, static (table, entry) => table.Values.Any(other => other.Name == entry.Name || other.Type == entry.Type) ? table : table.Add(entry.Name, entry), entry))
            throw LayerErrors.NameTaken(family, name);
        return this;
    }

    /// <summary>Whether values of this type can be written.</summary>
    public bool Knows(TBase value) => Find(value) is not null;

    public TBase Read(OptionReader options)
    {
        var name = options.Text("type");
        if (!_entries.TryGetValue(name, out var entry)) throw LayerErrors.UnknownName(options.Where, family, name, _entries.Keys);
        var value = entry.Read(options);
        options.Finish();
        return value;
    }

    public void Write(TBase value, OptionWriter options)
    {
        var entry = Find(value) ?? throw LayerErrors.NotConfigurable(options.Where, value.GetType().Name, owner);
        options.Text("type", entry.Name);
        entry.Write(value, options);
    }

    private Entry? Find(TBase value) => _entries.Values.FirstOrDefault(entry => entry.Type == value.GetType());
}
