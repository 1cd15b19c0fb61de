using Evenkeel.Numerics.Text;

namespace Evenkeel.Cli;

/// <summary>Makes the errors of the command line.</summary>
internal static class CliErrors
{
    public static CliException UnknownVerb(string where, string came, IEnumerable<string> known) =>
        new("EK0601", $"[{where}] there is no verb '{came}'. {DidYouMean.Remedy(came, known)}", isUsage: true);

    public static CliException UnknownOption(string verb, string came, IEnumerable<string> known) =>
        new("EK0602", $"[{verb}] there is no option '{came}'. {(DidYouMean.Nearest(came, known) is { } nearest ? $"Did you mean '{nearest}'? " : "")}See `{verb} --help`.", isUsage: true);

    public static CliException BadValue(string verb, string option, string came, string expected) =>
        new("EK0603", $"[{verb}] {option} got '{came}', but expected {expected}. See `{verb} --help`.", isUsage: true);

    public static CliException Syntax(string verb, string problem) =>
        new("EK0603", $"[{verb}] {problem.TrimEnd('.')}. See `{verb} --help`.", isUsage: true);

    public static CliException UnknownName(string verb, string option, string came, IEnumerable<string> known) =>
        new("EK0604", $"[{verb}] {option} got '{came}', which does not exist. {DidYouMean.Remedy(came, known)}", isUsage: true);

    public static CliException Contradiction(string verb, string one, string other, string remedy) =>
        new("EK0605", $"[{verb}] {one} and {other} contradict each other. {remedy}", isUsage: true);

    public static CliException NoCase(string came, IEnumerable<string> known) =>
        new("EK0606", $"[evenkeel bench] no case has '{came}' in its name. {DidYouMean.Remedy(came, known)}", isUsage: true);

    public static CliException BadSamples(string source, string came, string expected, Exception? inner = null) =>
        new("EK0607", $"[evenkeel predict '{source}'] {came}, but expected {expected}.", isUsage: false, inner);

    public static CliException NotOurRun(string folder, string problem) =>
        new("EK0608", $"[evenkeel train --resume '{folder}'] {problem}. Runs of a program are resumed by that program, with Trainer.Resume.", isUsage: false);

    public static CliException NoTarget(string verb, string file, IReadOnlyList<string> columns) =>
        new("EK0620", $"[{verb}] '{file}' is a table, but no column to foretell was named. Add --target COLUMN; its columns are {string.Join(", ", columns.Take(40))}.", isUsage: true);

    public static CliException NoRunOfTable(string target, string file) =>
        new("EK0621", $"[evenkeel doctor '{target}'] '{file}' is a table, but which of its rows were held out stands in no run folder of that name. Name the folder that `evenkeel train {file} --target COLUMN` wrote.", isUsage: true);

    public static CliException CannotWrite(string path, Exception inner) =>
        new("EK0609", $"['{path}'] cannot be written: {inner.Message} Check the folder and its permissions.", isUsage: false, inner);
}
