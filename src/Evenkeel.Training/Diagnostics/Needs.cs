namespace Evenkeel.Training.Diagnostics;

/// <summary>What a check must know besides the model.</summary>
[Flags]
public enum Needs
{
    /// <summary>The model alone.</summary>
    Model = 0,

    /// <summary>The batch size of training.</summary>
    BatchSize = 1,

    /// <summary>Samples of the training part.</summary>
    TrainingSamples = 2,

    /// <summary>Held-out samples.</summary>
    EvaluationSamples = 4,

    /// <summary>How training went.</summary>
    Curve = 8,

    /// <summary>The loss.</summary>
    Loss = 16,
}
