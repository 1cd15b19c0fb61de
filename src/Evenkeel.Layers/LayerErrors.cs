using System.Globalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Numerics.Text;

namespace Evenkeel.Layers;

/// <summary>Makes the errors of this room.</summary>
internal static class LayerErrors
{
    public static LayerException BadOption(string where, string option, IFormattable came, string expected, string remedy) =>
        new("EK0120", $"[{where}] got {option} {came.ToString(null, CultureInfo.InvariantCulture)}, but expected {expected}. {remedy}");

    public static LayerException BadOption(string where, string came, string expected, string remedy) =>
        new("EK0120", $"[{where}] got {came}, but expected {expected}. {remedy}");

    public static LayerException BadInput(string where, Shape came, string expected, string remedy) =>
        new("EK0121", $"[{where}] got input {came}, but expected {expected}. {remedy}");

    public static LayerException UnknownName(string where, string kind, string name, IEnumerable<string> known) =>
        new("EK0122", $"[{where}] there is no {kind} '{name}'. {DidYouMean.Remedy(name, known)}");

    public static LayerException NameUsedTwice(string where) =>
        new("EK0123", $"[{where}] two layers have this name, but names identify tensors in checkpoints. Give one of them another name.");

    public static LayerException BadName(string where, string name) =>
        new("EK0124", $"[{where}] got the layer name '{name}', but expected letters, digits, '_', '-' and single dots between them. Choose a name such as 'hidden1' or 'hidden1.bn'.");

    public static LayerException BadConfiguration(string where, string came, string expected, Exception? inner = null)
    {
        var message = $"[{where}] the configuration has {came}, but expected {expected}. Correct it, or write it anew with ModelConfiguration.ToJson.";
        return inner is null ? new("EK0125", message) : new("EK0125", message, inner);
    }

    public static LayerException UnknownOption(string where, string name, IEnumerable<string> known) =>
        new("EK0126", $"[{where}] there is no option '{name}'. {DidYouMean.Remedy(name, known)}");

    public static LayerException NotConfigurable(string where, string kind, string table) =>
        new("EK0127", $"[{where}] {kind} cannot be written as a configuration, because it is code. Build the model by the same code and load the parameters into it, or register the type with {table}.Register.");

    public static LayerException UnknownLayer(string came, IEnumerable<string> known) =>
        new("EK0830", $"[Freeze] the model has no layer '{came}' with parameters. {DidYouMean.Remedy(came, known)}");

    public static LayerException NoBackbone() =>
        new("EK0831", "[backbone] the model has one layer with weights, which is its head: nothing is left to freeze or to take over. Name a model with at least two.");

    public static LayerException HeadNotReplaceable(string head) =>
        new("EK0832", $"[WithHead] the last layer with weights, '{head}', does not stand in layers in a row (Sequential), so it has no place to be replaced at. Build the network with its new head by code, and fill it with Checkpoint.LoadBackboneInto.");

    public static LayerException NameTaken(string kind, string name) =>
        new("EK0128", $"[{kind} table] the name '{name}' or its type is registered already. Register each type once, under a name of its own.");

    public static LayerException NoPlace(string model, string option, string came, string expected, string lacks, IEnumerable<string> others) =>
        new("EK0353", $"[model '{model}'] got {option} {came}, but expected {expected}: it has no {lacks}. Leave the option out, or take one of {string.Join(", ", others)}.");
}
