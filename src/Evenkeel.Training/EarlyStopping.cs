namespace Evenkeel.Training;

/// <summary>What tells better weights from worse ones.</summary>
public enum Monitor
{
    /// <summary>Accuracy where the loss counts correct answers, the loss elsewhere.</summary>
    Auto,

    /// <summary>The validation loss, lower is better.</summary>
    ValidationLoss,

    /// <summary>The validation accuracy, higher is better; among equals the lower loss.</summary>
    ValidationAccuracy,
}

/// <summary>When to give up: after so many validations without improvement.</summary>
public sealed record EarlyStopping
{
    /// <summary>Validations in a row that may bring no improvement, at least 1. Default 5.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>By how much the monitored number must improve to count, 0 or more. Default 0: any improvement counts.</summary>
    public double MinimumImprovement { get; init; }
}
