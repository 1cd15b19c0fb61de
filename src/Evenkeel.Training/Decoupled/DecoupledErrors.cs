using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Text;

namespace Evenkeel.Training.Decoupled;

/// <summary>Makes the errors of decoupled training.</summary>
internal static class DecoupledErrors
{
    public static TrainingException NoCut(string came, IEnumerable<string> known) =>
        new("EK0850", $"[DecoupledOptions.CutAfter] the model cannot be cut behind '{came}'. {DidYouMean.Remedy(came, known)}");

    public static TrainingException OneSegment(string model) =>
        new("EK0851", $"[Decoupled] the model ends in '{model}' and has one layer with weights, but expected at least two, since there is nothing to decouple in one. Train it without the option, or name places to cut.");

    public static TrainingException TwoPasses(string optimizer) =>
        new("EK0852", $"[Decoupled] got the optimizer '{optimizer}', which takes every gradient twice, but expected one that updates at once: a segment that does not wait has no second look at the loss. Use another one, such as sgd or adam.");

    public static TrainingException NoLabels(string loss) =>
        new("EK0853", $"[Decoupled] got the loss '{loss}', whose targets are values, but expected class labels, which conditioned modules see. Use GradientSource.Synthetic, or a loss of classes.");

    public static TrainingException BadOption(string option, string came, string expected) =>
        new("EK0854", $"[DecoupledOptions] got {option} {came}, but expected {expected}. Correct the option, or leave it out.");

    public static TrainingException LabelOutOfRange(int label, int classes) =>
        new("EK0855", FormattableString.Invariant($"[Decoupled] the batch has label {label}, but expected 0 to {classes - 1}. Nothing was committed. Check the labels, or give the last layer one unit per class."));

    public static TrainingException NotAsynchronous(string came) =>
        new("EK0858", $"[AsynchronousPipeline] got {came}, but expected synthetic gradients with inputs from below and an update in every step: segments that wait for gradients cannot run at their own pace. Correct the options, or use DecoupledProgram.");

    public static TrainingException UnknownName(string name, IEnumerable<string> known) =>
        new("EK0857", $"[DecouplingTable] there is no way of decoupling '{name}'. {DidYouMean.Remedy(name, known)}");

    public static TrainingException NoInputModule(string boundary, Shape shape) =>
        new("EK0856", $"[Decoupled] behind '{boundary}' go {shape}, but synthetic inputs expect [N, F]. Leave synthetic inputs out, or cut where values are flat.");
}
