using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Text;

namespace Evenkeel.Engine;

/// <summary>A plan that cannot be compiled, or a run that cannot be.</summary>
public sealed class EngineException : EvenkeelException
{
    /// <summary>Creates the error.</summary>
    public EngineException(string code, string message)
        : base(code, message)
    {
    }

    internal static EngineException NoLowering(string node, string kind) =>
        new("EK0201", $"[{node}] no lowering is registered for {kind}. Call LoweringTable.Register once for the node type before compiling a plan.");

    internal static EngineException BadCount(int count, int capacity) =>
        new("EK0202", $"A run got {count} samples, but the plan was compiled for 1 to {capacity}. Compile with a larger PlanOptions.Capacity, or split the batch.");

    internal static EngineException LabelOutOfRange(string node, int classes) =>
        new("EK0203", $"[{node}] the batch has a label outside 0 to {classes - 1}. Nothing was committed. Check the labels, or give the last layer one unit per class.");

    internal static EngineException BadLength(string what, int came, int expected) =>
        new("EK0205", $"{what} has {came} values, but a whole number of samples of {expected} was expected. Hand in count x {expected} values.");

    internal static EngineException OtherTargets(string came, string expected) =>
        new("EK0882", $"A batch got {came}, but the plan's loss expects {expected}. Hand in those, or compile the plan with a loss for what there is.");

    internal static EngineException UnknownPass(string pass, IEnumerable<string> known) =>
        new("EK0206", $"There is no pass '{pass}' to disable. {DidYouMean.Remedy(pass, known)}");

    internal static EngineException NotAccumulated(string node) =>
        new("EK0350", $"[BatchNorm '{node}'] ghost batches, l1 or l-infinity norms and decorrelation cannot be merged over micro-batches, but exact statistics were asked for. Use AccumulatedStatistics.Averaged, or plain batch normalisation.");

    internal static EngineException NotAccumulatedOverTime(Node node) =>
        new("EK0640", $"[{node}] batch normalisation inside a recurrent layer or of padded sequences cannot be merged over micro-batches, but exact statistics were asked for. Use AccumulatedStatistics.Averaged, or layer normalisation.");

    internal static EngineException CarriedElsewhere(string where) =>
        new("EK0641", $"A recurrent layer that carries its state got {where}, but a state is carried from one whole step to the next alone. Use plain steps, or RecurrentOptions.CarriesState = false.");

    internal static EngineException TokenOutOfRange(string node, int rows) =>
        new("EK0642", $"[Embedding '{node}'] the batch has a number that is no token, but whole numbers from 0 to {rows - 1} were expected. Nothing was committed. Check the ids, or give the table one row per token.");

    internal static EngineException NoParts() =>
        new("EK0351", "A step of micro-batches got none, but at least one was expected. Fill a slot first.");

    internal static EngineException AscentWithParts() =>
        new("EK0352", "A step of micro-batches got an update method that looks at the gradient twice (sharpness-aware minimisation), but one look was expected. Use another optimizer, or one batch per step.");

    internal static EngineException OneValuePerChannel(string node, string shape) =>
        new("EK1001", $"[BatchNorm '{node}'] training needs more than one value per channel, but input {shape} gives 1. Use a larger batch, or NormalizeWith.RunningStatistics.");

    internal static EngineException NoStatistics() =>
        new("EK0207", "There is nothing to recalibrate: the model has no batch normalisation, or no batch was accumulated. Accumulate training batches first.");

    internal static EngineException NonFiniteStatistics() =>
        new("EK0208", "A recalibration batch gave statistics that are not finite. Nothing was committed. Look for NaN or infinity in the data or the parameters.");
}
