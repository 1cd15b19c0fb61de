using System.CommandLine;
using Evenkeel.Cli.Output;
using Evenkeel.Cli.Parsing;
using Evenkeel.Data.Datasets;

namespace Evenkeel.Cli.Commands;

/// <summary>Options and steps that several verbs have.</summary>
internal static class Shared
{
    public static Option<bool> Json() => Options.Flag("--json", "Print one JSON object on the last line of standard output.");

    public static Option<string?> Data() => Options.Text("--data", "Folder of the dataset's files; default $EVENKEEL_DATA, then the user's cache, then a download.", "DIR");

    public static Option<int?> Threads() => Options.Integer("--threads", "Threads; default all cores. Never changes a bit of the result.", 1, 1024);

    public static Task<DatasetParts> LoadAsync(string dataset, string? folder, Terminal terminal, CancellationToken cancellation) =>
        DatasetTable.LoadAsync(dataset, folder, new DownloadProgressLine(terminal.Error, terminal.IsErrorLive), cancellation);
}
