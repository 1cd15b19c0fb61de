using Evenkeel.Numerics.Text;

namespace Evenkeel.Training.Search.Tuning;

/// <summary>Makes the errors of the search for settings.</summary>
internal static class TuneErrors
{
    public static TrainingException BadSpace(string where, string problem, Exception? inner = null) =>
        new("EK0460", $"[search space '{where}'] {problem}. A space is a JSON object such as {{\"lr\": {{\"from\": 0.001, \"to\": 1, \"scale\": \"log\"}}, \"optimizer\": {{\"choices\": [\"sgd\", \"adam\"]}}}}.", inner);

    public static TrainingException DamagedJournal(string path, int line, string problem, Exception? inner = null) =>
        new("EK0461", TrainingErrors.Invariant($"[journal '{path}' line {line}] {problem}. Remove the line, or begin a new journal."), inner);

    public static TrainingException OtherStudy(string path, string what, string came, string expected) =>
        new("EK0462", $"[journal '{path}'] the search was begun with {what} {expected}, but now got {came}, so their trials cannot be compared. Go on with the search's own settings, or begin a new journal.");

    public static TrainingException Locked(string path, Exception inner) =>
        new("EK0463", $"[journal '{path}'] cannot be opened for writing: {inner.Message} Check the folder and its permissions, and whether another program holds the file.", inner);

    public static TrainingException UnknownName(string kind, string came, IEnumerable<string> known) =>
        new("EK0464", $"[tune] there is no {kind} '{came}'. {DidYouMean.Remedy(came, known)}");

    public static TrainingException BadOption(string option, object came, string expected) =>
        new("EK0465", TrainingErrors.Invariant($"[StudyOptions] got {option} {came}, but expected {expected}. Correct the option."));

    public static TrainingException NotRunning(int trial) =>
        new("EK0466", TrainingErrors.Invariant($"[Study] trial {trial} is not running, so nothing can be reported of it. Report between Ask and the trial's end, and from the study that asked."));
}
