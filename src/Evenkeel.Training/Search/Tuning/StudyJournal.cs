using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Evenkeel.Training.Search.Tuning;

/// <summary>The file of a search, one JSON object per line, to which several processes append: whoever holds the file open has it alone.</summary>
/// <remarks>The first line is the search itself; then <c>start</c>, <c>report</c> and <c>end</c> of trials. A line that was cut off by a crash is removed by the next writer.</remarks>
internal sealed class StudyJournal(string path, SearchSpace space)
{
    private const string Format = "evenkeel-study";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<StudyTrial> _trials = [];
    private long _read;
    private int _lines;

    /// <summary>The trials as they were when the file was last held.</summary>
    public IReadOnlyList<StudyTrial> Trials => _trials;

    public string Path => path;

    /// <summary>Holds the file, reads what others wrote, and lets <paramref name="work"/> append.</summary>
    /// <param name="header">The line that the file begins with.</param>
    /// <param name="work">Gets the trials and what writes a line.</param>
    public T Hold<T>(string header, Func<Action<string>, T> work)
    {
        using var file = Open();
        RemoveTail(file);
        Read(file, header);
        if (file.Length == 0) Append(header);
        return work(Append);

        void Append(string line)
        {
            file.Seek(0, SeekOrigin.End);
            file.Write(Encoding.UTF8.GetBytes(line + "\n"));
            file.Flush(flushToDisk: false);
            Take(line, header);
            _read = file.Length;
        }
    }

    public static string Header(SearchSpace space, StudyOptions options) => Line(json =>
    {
        json.WriteString("format", Format);
        json.WriteNumber("version", 1);
        json.WriteString("objective", options.Objective);
        json.WriteString("sampler", options.Sampler);
        json.WriteString("pruner", options.Pruner);
        json.WriteNumber("seed", options.Seed);
        json.WritePropertyName("space");
        space.Write(json);
    });

    public static string Start(int number, SearchSpace space, ImmutableArray<double> values, TrialWorker worker) => Line(json =>
    {
        json.WriteNumber("trial", number);
        json.WriteString("event", "start");
        json.WriteStartObject("values");
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = space.Parameters[i];
            if (parameter.IsChoice) json.WriteString(parameter.Name, parameter.Format(values[i]));
            else json.WriteNumber(parameter.Name, values[i]);
        }

        json.WriteEndObject();
        json.WriteString("machine", worker.Machine);
        json.WriteNumber("process", worker.Process);
        json.WriteNumber("started", worker.Started);
    });

    public static string Report(int number, TrialReport report) => Line(json =>
    {
        json.WriteNumber("trial", number);
        json.WriteString("event", "report");
        json.WriteNumber("step", report.Step);
        json.WriteNumber("value", report.Value);
    });

    public static string End(int number, TrialState state, double? value, string? problem) => Line(json =>
    {
        json.WriteNumber("trial", number);
        json.WriteString("event", "end");
        json.WriteString("state", state.ToString().ToLowerInvariant());
        if (value is { } known) json.WriteNumber("value", known);
        if (problem is not null) json.WriteString("problem", problem);
    });

    private static string Line(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private FileStream Open()
    {
        var until = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        for (var wait = 1; ; wait = Math.Min(2 * wait, 50))
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (Exception error) when (error is IOException and not (DirectoryNotFoundException or PathTooLongException) && File.Exists(path) && Environment.TickCount64 < until)
            {
                // Somebody else holds it, for the time of a few lines.
                Thread.Sleep(wait);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                throw TuneErrors.Locked(path, error);
            }
        }
    }

    private void RemoveTail(FileStream file)
    {
        var end = file.Length;
        if (end < _read) throw TuneErrors.DamagedJournal(path, _lines, "the file has become shorter since it was read");
        while (end > _read)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n') break;
            end--;
        }

        if (end < file.Length) file.SetLength(end);
    }

    private void Read(FileStream file, string header)
    {
        var bytes = new byte[file.Length - _read];
        file.Position = _read;
        file.ReadExactly(bytes);
        foreach (var line in Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries)) Take(line, header);
        _read = file.Length;
    }

    private void Take(string line, string header)
    {
        _lines++;
        try
        {
            using var document = JsonDocument.Parse(line);
            if (_lines == 1) CheckHeader(document.RootElement, header);
            else Take(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw TuneErrors.DamagedJournal(path, _lines, $"it is no event of a search ({error.Message.TrimEnd('.')})", error);
        }
    }

    private void CheckHeader(JsonElement came, string header)
    {
        if (came.GetProperty("format").GetString() != Format) throw new FormatException($"the format is not {Format}");
        using var expected = JsonDocument.Parse(header);
        foreach (var property in expected.RootElement.EnumerateObject())
        {
            var stored = came.GetProperty(property.Name).GetRawText();
            if (stored != property.Value.GetRawText()) throw TuneErrors.OtherStudy(path, property.Name, property.Value.GetRawText(), stored);
        }
    }

    private void Take(JsonElement json)
    {
        var number = json.GetProperty("trial").GetInt32();
        var kind = json.GetProperty("event").GetString();
        if (kind == "start" && number == _trials.Count) _trials.Add(new StudyTrial { Number = number, Space = space, Values = [] });
        if (number < 0 || number >= _trials.Count) throw new FormatException(TrainingErrors.Invariant($"trial {number} has not begun"));
        _trials[number] = kind switch
        {
            "start" => new StudyTrial { Number = number, Space = space, Values = ReadValues(json.GetProperty("values")), Worker = new TrialWorker(json.GetProperty("machine").GetString()!, json.GetProperty("process").GetInt32(), json.GetProperty("started").GetInt64()) },
            "report" => _trials[number] with { Reports = _trials[number].Reports.Add(new TrialReport(json.GetProperty("step").GetInt32(), json.GetProperty("value").GetDouble())) },
            "end" => _trials[number] with { State = Enum.Parse<TrialState>(json.GetProperty("state").GetString()!, ignoreCase: true), Value = json.TryGetProperty("value", out var value) ? value.GetDouble() : null },
            _ => throw new FormatException($"the event '{kind}' is unknown"),
        };
    }

    private ImmutableArray<double> ReadValues(JsonElement json)
    {
        var values = ImmutableArray.CreateBuilder<double>(space.Parameters.Length);
        foreach (var parameter in space.Parameters)
        {
            var value = json.GetProperty(parameter.Name);
            var number = parameter.IsChoice ? parameter.Choices.IndexOf(value.GetString()!) : value.GetDouble();
            if (!parameter.Holds(number)) throw new FormatException($"'{parameter.Name}' is outside its range");
            values.Add(number);
        }

        return values.MoveToImmutable();
    }
}
