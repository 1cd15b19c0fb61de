using System.Globalization;
using Evenkeel.Numerics.Text;

namespace Evenkeel.Data;

/// <summary>The one place where this room's errors about samples are worded.</summary>
internal static class DataErrors
{
    public static DatasetException FeatureLength(string dataset, int index, int came, int expected, string shape) => new("EK0301",
        Text($"[dataset '{dataset}'] sample {index} has {came} features, but the sample shape {shape} holds {expected}. Give every sample {expected} features, or another shape."), index);

    public static DatasetException CountMismatch(string dataset, int samples, string what, int came) => new("EK0302",
        Text($"[dataset '{dataset}'] {samples} samples came with {came} {what}. Give one per sample, in the same order."));

    public static DatasetException LabelOutOfRange(string dataset, int index, long label, int classes) => new("EK0303",
        Text($"[dataset '{dataset}'] sample {index} has label {label}, but the {classes} classes are numbered 0..{classes - 1}. Renumber the labels, or name more classes."), index);

    public static DatasetException NonFinite(string dataset, int index, int position, float value, string what) => new("EK0304",
        Text($"[dataset '{dataset}'] {what} {position} of sample {index} is {value}; finite numbers are expected. Remove or repair the sample."), index);

    public static DatasetException Empty(string dataset) => new("EK0305",
        $"[dataset '{dataset}'] there is no sample. Give at least one.");

    public static DatasetException WrongTarget(string dataset, string wanted, string has) => new("EK0306",
        $"[dataset '{dataset}'] {wanted} were asked for, but its targets are {has}. Use a loss and metrics made for {has}, or a dataset with {wanted}.");

    public static DatasetException TargetWidth(string dataset, int index, int came, int expected) => new("EK0307",
        Text($"[dataset '{dataset}'] sample {index} has {came} target values, but {expected} are expected. Give every sample the same number."), index);

    public static DatasetException BadShape(string shape) => new("EK0308",
        $"[sample shape {shape}] every dimension must be at least 1 and their product at most {int.MaxValue.ToString(CultureInfo.InvariantCulture)}. Correct the shape.");

    public static DatasetException IndexOutOfRange(string dataset, int index, int count, string where) => new("EK0309",
        Text($"[dataset '{dataset}'] {where} index {index}, but samples are numbered 0..{count - 1}. Stay below the dataset's Count."), index);

    public static DatasetException BadPart(string dataset, int count, int asked, string operation) => new("EK0310",
        Text($"[dataset '{dataset}'] {operation} of {asked} samples was asked of {count}; both parts need at least one sample. Ask for 1..{count - 1}."));

    public static DatasetException BadBatch(string dataset, int batchSize, int count) => new("EK0311",
        Text($"[loader of '{dataset}'] batch size {batchSize} with dropping of the last incomplete batch leaves no batch of {count} samples. Use a batch size of 1..{count}."));

    public static DatasetException BadPosition(string dataset, int epoch, int batch, int batches) => new("EK0312",
        Text($"[loader of '{dataset}'] cannot go to batch {batch} of epoch {epoch}: an epoch has batches 0..{batches - 1}. If this came from a checkpoint, use the dataset and batch size it was made with."));

    public static DatasetException BadTransform(string what, Exception? inner = null) => new("EK0313", $"[transform] {what}", inner: inner);

    public static DatasetException NotImages(string dataset, string shape) => new("EK0314",
        $"[dataset '{dataset}'] samples of shape {shape} cannot be shown as images; [H, W], [H, W, 1], [H, W, 3] or a flat square such as [784] is expected. Leave out the sample sheet.");

    public static DatasetException UnknownDataset(string name, IEnumerable<string> known) => new("EK0335",
        $"[dataset '{name}'] there is no dataset of this name and no folder there. {DidYouMean.Remedy(name, known)} Or name a folder with four IDX files, or with images in a subfolder per class.");

    public static DatasetException NameTaken(string table, string name) => new("EK0336",
        $"[{table}] the name '{name}' is taken. Choose another one for your own entry.");

    public static DatasetException NothingToAugment(string shape) => new("EK0339",
        $"[augmentation] samples of shape {shape} are no images; [H, W] or [H, W, C] is expected. Leave augmentation out, or give the dataset its image shape.");

    public static DatasetException UnknownAugmentation(string name, IEnumerable<string> known) => new("EK0340",
        $"[AugmentationTable] there is no augmentation '{name}'. {DidYouMean.Remedy(name, known)}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
