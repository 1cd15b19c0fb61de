using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Evenkeel.Lab.Runs;

/// <summary>Everything that decides what a run computes, as text; two runs with the same text are one run.</summary>
public sealed class RunKey
{
    private readonly List<(string Name, string Value)> _settings = [];

    /// <summary>Begins a key.</summary>
    /// <param name="kind">What is run, in letters, digits and dashes: the name of a folder.</param>
    /// <param name="version">Raised by whoever changes what the same settings compute.</param>
    public RunKey(string kind, int version)
    {
        Kind = kind;
        Add("version", version);
    }

    /// <summary>What is run.</summary>
    public string Kind { get; }

    /// <summary>The settings in the order in which they were added.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings => _settings;

    /// <summary>Adds a setting.</summary>
    /// <param name="name">Its name, once per key.</param>
    /// <param name="value">A number, a flag, a text, or integers.</param>
    public RunKey Add(string name, object value)
    {
        _settings.Add((name, value switch
        {
            bool flag => flag ? "true" : "false",
            IEnumerable<int> numbers => string.Join(',', numbers),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        }));
        return this;
    }

    /// <summary>Kind and settings, one per line.</summary>
    public override string ToString() => $"{Kind}\n{string.Concat(_settings.Select(static setting => $"{setting.Name} {setting.Value}\n"))}";

    /// <summary>128 bits of the text's SHA-256 in hexadecimal digits: the name of a file.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToString())).AsSpan(0, 16));
}
