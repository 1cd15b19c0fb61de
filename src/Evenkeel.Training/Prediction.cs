using System.Globalization;

namespace Evenkeel.Training;

/// <summary>What a predictor says about one sample.</summary>
/// <param name="Class">The most probable class, the lowest of equals; -1 where the model gives values.</param>
/// <param name="ClassName">Its name; empty where there is none.</param>
/// <param name="Outputs">The probability of each class, or the values; <c>[outputs]</c>.</param>
public sealed record Prediction(int Class, string ClassName, IReadOnlyList<float> Outputs)
{
    /// <summary>The probability of the class; NaN where the model gives values.</summary>
    public float Probability => Class < 0 ? float.NaN : Outputs[Class];

    /// <summary>The most probable classes, best first.</summary>
    /// <param name="count">How many; fewer come where there are fewer classes.</param>
    public IReadOnlyList<(int Class, float Probability)> Top(int count) =>
        [.. Outputs.Select(static (probability, index) => (Class: index, Probability: probability)).OrderByDescending(static item => item.Probability).ThenBy(static item => item.Class).Take(Class < 0 ? 0 : count)];

    /// <summary>The class and its probability, or the values, in the invariant culture: <c>cat 97.3 %</c>.</summary>
    public override string ToString() => Class < 0
        ? string.Join(' ', Outputs.Select(static value => value.ToString(CultureInfo.InvariantCulture)))
        : TrainingErrors.Invariant($"{(ClassName.Length > 0 ? ClassName : TrainingErrors.Invariant($"class {Class}"))} {Probability:P1}");
}
