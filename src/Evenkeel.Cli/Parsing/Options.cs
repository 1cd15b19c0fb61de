using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Evenkeel.Cli.Parsing;

/// <summary>Makes options whose values are read in the invariant culture and checked against a range or a table of names.</summary>
internal static class Options
{
    public static Option<int?> Integer(string name, string description, int least, int most = int.MaxValue) => Make(name, description, "N", text =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : (int?)null,
        most == int.MaxValue ? Text($"an integer from {least} on") : Text($"an integer from {least} to {most}"));

    public static Option<long?> Long(string name, string description, long least) => Make(name, description, "N", text =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least ? number : (long?)null,
        Text($"an integer from {least} on"));

    public static Option<ulong?> Seed(string name, string description) => Make(name, description, "N", text =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (ulong?)null, "an integer from 0 on");

    public static Option<double?> Number(string name, string description, double least, double below = double.PositiveInfinity, bool isOpen = false) => Make(name, description, "X", text =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && (isOpen ? number > least : number >= least) && number < below ? number : (double?)null,
        Text($"a number {(isOpen ? "above" : "from")} {least}{(double.IsPositiveInfinity(below) ? "" : Text($" to below {below}"))}, with a point for the decimals"));

    public static Option<ImmutableArray<int>?> Sizes(string name, string description, bool mayBeEmpty = false) => Make(name, description, "N,N,...", text =>
    {
        if (mayBeEmpty && text is "" or "none") return ImmutableArray<int>.Empty;
        var sizes = ImmutableArray.CreateBuilder<int>();
        foreach (var part in text.Split(','))
        {
            if (!int.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size < 1) return (ImmutableArray<int>?)null;
            sizes.Add(size);
        }

        return sizes.ToImmutable();
    }, "sizes with commas between them, such as 100,100,100");

    public static Option<ImmutableArray<string>?> Names(string name, string description) => Make(name, description, "NAME,NAME,...", static text =>
        text.Split(',', StringSplitOptions.TrimEntries) is var names && Array.TrueForAll(names, static part => part.Length > 0) ? names.ToImmutableArray() : (ImmutableArray<string>?)null,
        "names with commas between them");

    public static Option<string?> Name(string name, string description, Func<IEnumerable<string>> known)
    {
        var option = new Option<string?>(name) { Description = $"{description} [{string.Join('|', known())}]", HelpName = "NAME" };
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!known().Contains(text, StringComparer.Ordinal)) result.AddError(CliErrors.UnknownName(Verb(result), name, text, known()).Message);
            return text;
        };
        return option;
    }

    /// <summary>Several names of one table.</summary>
    public static Option<ImmutableArray<string>?> NamesOf(string name, string description, Func<IEnumerable<string>> known)
    {
        var option = new Option<ImmutableArray<string>?>(name) { Description = $"{description} [{string.Join('|', known())}]", HelpName = "NAME,NAME,..." };
        option.CustomParser = result =>
        {
            ImmutableArray<string> names = [.. result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries)];
            if (names.FirstOrDefault(text => !known().Contains(text, StringComparer.Ordinal)) is { } unknown) result.AddError(CliErrors.UnknownName(Verb(result), name, unknown, known()).Message);
            return names;
        };
        return option;
    }

    public static Option<string?> Text(string name, string description, string help) => new(name) { Description = description, HelpName = help };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.Zero };

    /// <summary>The command that a symbol belongs to, as the user wrote it: <c>evenkeel lab run</c>.</summary>
    public static string Verb(SymbolResult result)
    {
        var verb = "";
        for (var current = result; current is not null; current = current.Parent)
        {
            if (current is CommandResult { Command: not RootCommand } command) verb = $" {command.Command.Name}{verb}";
        }

        return $"evenkeel{verb}";
    }

    private static Option<T> Make<T>(string name, string description, string help, Func<string, T> parse, string expected)
    {
        var option = new Option<T>(name) { Description = description, HelpName = help };
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (parse(text) is { } value) return value;
            result.AddError(CliErrors.BadValue(Verb(result), name, text, expected).Message);
            return default!;
        };
        return option;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
