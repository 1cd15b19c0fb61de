namespace Evenkeel.Training.Diagnostics;

/// <summary>How much a finding matters.</summary>
public enum Severity
{
    /// <summary>Worth knowing; nothing need be done.</summary>
    Information,

    /// <summary>Probably costs accuracy or time.</summary>
    Warning,

    /// <summary>Results cannot be trusted until it is mended.</summary>
    Error,
}
