namespace Evenkeel.Optimization.Optimizers;

/// <summary>The ranges that optimizers share.</summary>
internal static class OptionRanges
{
    public static float Retention(string where, string option, float value) => value is >= 0 and < 1
        ? value
        : throw OptimizationErrors.BadOption(where, option, value, "a number in [0, 1)", "0.9 is usual.");

    public static float WeightDecay(string where, float value) => value >= 0 && float.IsFinite(value)
        ? value
        : throw OptimizationErrors.BadOption(where, "weight decay", value, "a finite number from 0 on", "1e-4 is usual for Sgd, 1e-2 for AdamW.");

    public static float Above(string where, string option, float value) => value > 0 && float.IsFinite(value)
        ? value
        : throw OptimizationErrors.BadOption(where, option, value, "a finite number above 0", "The default is a usual start.");

    public static float Epsilon(string where, float value) => value > 0 && float.IsFinite(value)
        ? value
        : throw OptimizationErrors.BadOption(where, "epsilon", value, "a finite number above 0", "The default is 1e-8.");
}
