using System.Globalization;
using Evenkeel.Numerics.Text;

namespace Evenkeel.Records;

/// <summary>Makes every error of this room, so that codes and texts stand in one place.</summary>
internal static class RecordsErrors
{
    private const string Resave = "The file is damaged or not a safetensors file: copy it again from its source, or fall back to an older checkpoint.";

    public static RecordsException CannotRead(string path, Exception inner) =>
        new("EK0401", path, $"the file cannot be read ({Reason(inner)}). Check the path and the permissions.", inner);

    public static RecordsException Truncated(string path, string came) =>
        new("EK0402", path, $"the file ends too early: {came}. {Resave}");

    public static RecordsException HeaderLength(string path, ulong came, long limit, long available) =>
        new("EK0403", path, Invariant($"the first 8 bytes announce a header of {came} bytes, but at least 2 and at most {Math.Min(limit, available)} are possible (limit {limit}, {available} bytes follow). {Resave}"));

    public static RecordsException HeaderJson(string path, string problem, Exception? inner = null) =>
        new("EK0404", path, $"the header is not valid UTF-8 JSON: {problem}. {Resave}", inner);

    public static RecordsException HeaderStructure(string path, string where, string came, string expected) =>
        new("EK0405", path, $"the header's {where} is {came}, expected {expected}. {Resave}");

    public static RecordsException DuplicateName(string path, string where, string name) =>
        new("EK0406", path, $"{where} '{Shorten(name)}' appears twice in the header; each name may appear once. {Resave}");

    public static RecordsException UnknownDataType(string path, string tensor, string came) =>
        new("EK0407", path, $"tensor '{Shorten(tensor)}' has the data type '{Shorten(came)}', expected one of {string.Join(", ", Safetensors.SafetensorsDataTypes.Names)}. Convert the file to one of these types.");

    public static RecordsException Shape(string path, string tensor, string came, string expected) =>
        new("EK0408", path, $"tensor '{Shorten(tensor)}' has {came}, expected {expected}. {Resave}");

    public static RecordsException Offsets(string path, string tensor, string came, string expected) =>
        new("EK0409", path, $"tensor '{Shorten(tensor)}' has {came}, expected {expected}. {Resave}");

    public static RecordsException TensorMissing(string path, string name, IEnumerable<string> present)
    {
        var names = present.ToList();
        var hint = names.Count == 0 ? "The file holds no tensors."
            : DidYouMean.Nearest(name, names) is { } nearest ? $"Did you mean '{Shorten(nearest)}'?"
            : $"The file holds {string.Join(", ", names.Take(8).Select(n => $"'{Shorten(n)}'"))}{(names.Count > 8 ? Invariant($" and {names.Count - 8} more") : "")}.";
        return new("EK0410", path, $"there is no tensor '{Shorten(name)}' in the file. {hint}");
    }

    public static RecordsException TensorMismatch(string path, string name, string came, string expected) =>
        new("EK0411", path, $"tensor '{Shorten(name)}' is {came}, but {expected} was asked for. Read it with its own type and size, or rebuild the model that the file was saved from.");

    public static RecordsException CannotWriteTensor(string path, string name, string problem) =>
        new("EK0412", path, $"tensor or key '{Shorten(name)}' cannot be written: {problem}.");

    public static RecordsException WriteFailed(string path, Exception inner) =>
        new("EK0420", path, $"writing failed ({Reason(inner)}); what stood under this name before is untouched. Free disk space or choose another folder.", inner);

    public static RecordsException LogLine(string path, long line, string problem, Exception? inner = null) =>
        new("EK0430", path, Invariant($"line {line} of the run log is not a JSON object in UTF-8: {problem}. Only the last line may be cut; remove the damaged line to read the rest."), inner);

    public static RecordsException LogField(string path, long line, string eventName, string field, string problem) =>
        new("EK0431", path, Invariant($"line {line} of the run log, event '{Shorten(eventName)}': field '{field}' {problem}. Remove the damaged line to read the rest."));

    public static RecordsException LogVersion(string path, string came) =>
        new("EK0432", path, $"the run log has the schema {Shorten(came)}, expected {RunLog.RunLogSchema.Name} version {RunLog.RunLogSchema.Version}. Read it with the version of Evenkeel that wrote it, or name a run log.");

    public static RecordsException LogWrite(string path, Exception inner) =>
        new("EK0433", path, $"the run log cannot be written ({Reason(inner)}); its earlier lines are untouched and the new ones are kept in memory for the next flush. Free disk space or choose another folder.", inner);

    public static RecordsException FolderExists(string path) =>
        new("EK0440", path, "the run folder exists and is not empty. Name another folder (--out, TrainerOptions.RunFolder), or continue the run in it (--resume, Trainer.Resume).");

    public static RecordsException FolderUnwritable(string path, Exception inner) =>
        new("EK0441", path, $"the run folder cannot be created or written ({Reason(inner)}). Check the permissions or choose another folder.", inner);

    public static RecordsException NotARunFolder(string path, string missing) =>
        new("EK0442", path, $"this is not a run folder: {missing} is missing. Name the folder that a training run printed.");

    public static RecordsException FolderFile(string path, string problem, Exception? inner = null) =>
        new("EK0443", path, $"the file is not one JSON object: {problem}. Restore it from a copy, or start a new run.", inner);

    /// <summary>Keeps a hostile name from flooding a message or a terminal.</summary>
    public static string Shorten(string text)
    {
        var clean = string.Concat(text.Take(80).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
        return text.Length > 80 ? clean + "..." : clean;
    }

    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Reason(Exception inner) => inner.Message.TrimEnd('.');
}
