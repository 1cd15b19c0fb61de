using System.Globalization;
using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Text;

namespace Evenkeel.Optimization;

/// <summary>Makes the errors of this room.</summary>
internal static class OptimizationErrors
{
    public static OptimizationException BadOption(string where, string option, IFormattable came, string expected, string remedy) =>
        new("EK0801", $"[{where}] got {option} {came.ToString(null, CultureInfo.InvariantCulture)}, but expected {expected}. {remedy}");

    public static OptimizationException UnknownOptimizer(string name, IEnumerable<string> known) =>
        new("EK0802", $"[OptimizerTable] there is no optimizer '{name}'. {DidYouMean.Remedy(name, known)}");

    public static OptimizationException UnknownSchedule(string name, IEnumerable<string> known) =>
        new("EK0803", $"[ScheduleTable] there is no schedule '{name}'. {DidYouMean.Remedy(name, known)}");

    public static OptimizationException NoStart(string where, double value) =>
        new("EK0660", string.Create(CultureInfo.InvariantCulture, $"[{where}] the first point has the value {value} or a gradient that is not finite, so no direction leads down from it. Begin from smaller weights, and look at the data."));

    public static OptimizationException NotRegularized(string name, Regularization regularization) =>
        new("EK0661", $"[OptimizerTable] '{name}' was asked for with {regularization}, but what its entry makes has other options. Hand OptimizerOptions.Regularization to the optimizer where it is registered, or leave the option out.");

    public static OptimizationException NameTaken(string table, string name) =>
        new("EK0804", $"[{table}] the name '{name}' is taken. Choose another one for your own entry.");
}
