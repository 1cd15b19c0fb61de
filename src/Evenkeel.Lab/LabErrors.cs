using Evenkeel.Numerics.Text;

namespace Evenkeel.Lab;

/// <summary>Makes the errors of this room.</summary>
internal static class LabErrors
{
    public static LabException UnknownClaim(string came, IEnumerable<string> known)
    {
        var hint = DidYouMean.Nearest(came, known) is { } nearest ? $"Did you mean '{nearest}'? " : "";
        return new("EK0701", $"[evenkeel lab] there is no claim, paper or topic '{came}'. {hint}`evenkeel lab list` names all of them.");
    }

    public static LabException BadOption(string option, object came, string expected) =>
        new("EK0702", FormattableString.Invariant($"[evenkeel lab] got {option} {came}, but expected {expected}. Leave it out for the budget's own."));

    public static LabException CannotWrite(string path, Exception inner) =>
        new("EK0703", $"['{path}'] the lab's folder cannot be written: {inner.Message.TrimEnd('.')}. Free space or permissions, or name another folder with --out; finished runs are kept.", inner);
}
