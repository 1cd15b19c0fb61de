using System.Globalization;
using Evenkeel.Numerics.Text;
using Evenkeel.Records;

namespace Evenkeel.Training;

/// <summary>Makes the errors of this room.</summary>
internal static class TrainingErrors
{
    public static TrainingException NotFinite(long step, int consecutive, string? checkpoint) => new("EK0501", Invariant(
        $"[Trainer] {consecutive} steps in a row, the last of them step {step}, had a loss, statistics or gradients that are not finite, and were not committed. {(checkpoint is null ? "The model holds the last good weights." : $"The last good state is in '{checkpoint}'.")} Lower the learning rate, or look for huge or missing values in the data."));

    public static TrainingException BadOption(string option, object came, string expected, string remedy) =>
        new("EK0502", Invariant($"[TrainerOptions] got {option} {came}, but expected {expected}. {remedy}"));

    public static TrainingException DataMismatch(string dataset, string came, string expected, string remedy) =>
        new("EK0503", $"[dataset '{dataset}'] it has {came}, but the model and its loss expect {expected}. {remedy}");

    public static TrainingException BadSampleLength(string where, int came, string expected, string remedy) =>
        new("EK0504", Invariant($"[{where}] got {came} values, but expected {expected}. {remedy}"));

    public static TrainingException OtherConfiguration(string folder, string key, string came, string expected) =>
        new("EK0505", $"[Resume '{folder}'] the run was started with {key} {expected}, but now got {came}, so it could not continue to the same bits. Resume with the run's own configuration, or start a new run.");

    public static TrainingException NothingToResume(string folder, string missing) =>
        new("EK0506", $"[Resume '{folder}'] {missing}. Start a new run in another folder.");

    public static TrainingException NoTable(string dataset) =>
        new("EK0588", $"[Predictor] rows of a table were handed in, but the model was trained on '{dataset}', which is no table. Hand in features with Predict or PredictBatch.");

    public static TrainingException Foreign(string path, string problem) =>
        new("EK0520", $"[Checkpoint '{path}'] {problem}. Name a checkpoint that Evenkeel wrote; for other safetensors files read the tensors with SafetensorsFile.");

    public static TrainingException Damaged(string path, RecordsException inner) =>
        new("EK0521", $"[Checkpoint '{path}'] {inner.Problem}", inner);

    public static TrainingException NoCheckpoint(string path, bool isInRun) =>
        new("EK0880", $"[Checkpoint '{path}'] there is no such file{(isInRun ? ": the run ended before its first checkpoint was written. Start a new run" : " or folder. Name the folder that a training run printed, or a checkpoint in its folder 'checkpoints'")}.");

    public static TrainingException Version(string path, string came, int expected) =>
        new("EK0522", Invariant($"[Checkpoint '{path}'] has format version '{came}', but this version of Evenkeel reads version {expected}. Read it with the version that wrote it."));

    public static TrainingException Metadata(string path, string key, string problem, Exception? inner = null) =>
        new("EK0523", $"[Checkpoint '{path}'] its metadata '{key}' {problem}. The file is damaged or was edited: fall back to another checkpoint of the run.", inner);

    public static TrainingException Tensors(string path, string tensor, string came, string expected) =>
        new("EK0524", $"[Checkpoint '{path}'] tensor '{tensor}' is {came}, but expected {expected}. Build the model exactly as when it was saved. The model was left as it is.");

    public static TrainingException ModelIsCode(string path) =>
        new("EK0525", $"[Checkpoint '{path}'] its model was built by code that cannot be stored. Build the model by the same code and call Checkpoint.LoadInto, or hand in a model factory.");

    public static TrainingException NotWritten(string path, RecordsException inner) =>
        new("EK0526", $"[Checkpoint '{path}'] {inner.Problem}", inner);

    public static TrainingException NoBest(string folder, string problem) =>
        new("EK0527", $"[Resume '{folder}'] the best weights are lost: {problem}. Restore checkpoints/best.safetensors from a copy, or start a new run.");

    public static TrainingException Unscalable(string where, string came, string expected, string remedy) =>
        new("EK0540", $"[LayerSequentialUnitVariance, {where}] got {came}, but expected {expected}. {remedy}");

    public static TrainingException UnknownMetric(string name, IEnumerable<string> known) =>
        new("EK0541", $"[MetricTable] there is no metric '{name}'. {DidYouMean.Remedy(name, known)}");

    public static TrainingException MetricNameTaken(string name) =>
        new("EK0542", $"[MetricTable] the name '{name}' is taken. Choose another one for your own metric.");

    public static TrainingException MetricMismatch(string metric, string dataset, string came, bool wantsValues) =>
        new("EK0545", $"[metric '{metric}'] got '{dataset}' with targets of {came}, but expected {(wantsValues ? "values" : "class labels")}. Leave the metric out, or take one that measures them: {(wantsValues ? "accuracy, f1 or auc" : "r2, root_mean_squared_error or mean_absolute_error")}.");

    public static TrainingException NothingToHeed(string schedule) =>
        new("EK0547", $"[schedule '{schedule}'] got a run without validations, but expected some: they decide when the rate falls. Hold samples out with Validation, or take a schedule that needs none, such as cosine.");

    public static TrainingException NoCheck(string came, IEnumerable<string> known) =>
        new("EK0560", $"[Doctor] there is no check '{came}' to leave out. {DidYouMean.Remedy(came, known)}");

    public static TrainingException Unwhitenable(string weight, string came, string expected, string remedy) =>
        new("EK0543", $"[PatchWhitening '{weight}'] got {came}, but expected {expected}. {remedy}");

    public static TrainingException NoViews(string name, string remedy) =>
        new("EK0544", $"[TestViews] there are no views '{name}'. {remedy}");

    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
