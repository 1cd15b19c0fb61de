using Evenkeel.Numerics.Text;

namespace Evenkeel.Lab;

/// <summary>Makes the errors of this room.</summary>
internal static class LabErrors
{
    public static LabException UnknownExperiment(string came, IEnumerable<string> known) =>
        new("EK0701", $"[evenkeel lab] there is no experiment '{came}'. {DidYouMean.Remedy(came, known)}");

    public static LabException BadOption(string option, object came, string expected) =>
        new("EK0702", FormattableString.Invariant($"[evenkeel lab] got {option} {came}, but expected {expected}. Leave it out for the budget's own."));
}
