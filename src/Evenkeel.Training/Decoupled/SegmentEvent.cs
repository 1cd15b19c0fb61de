namespace Evenkeel.Training.Decoupled;

/// <summary>What a segment does.</summary>
public enum SegmentAction
{
    /// <summary>Runs forward.</summary>
    Forward,

    /// <summary>Predicts the gradient of its output.</summary>
    Predict,

    /// <summary>Runs backward.</summary>
    Backward,

    /// <summary>Updates its parameters.</summary>
    Update,

    /// <summary>Trains the module that predicts the gradient of its output.</summary>
    LearnGradient,

    /// <summary>Trains the module that predicts its input.</summary>
    LearnInput,
}

/// <summary>Something that happened in a step of decoupled training.</summary>
/// <param name="Action">What.</param>
/// <param name="Segment">Which segment, from 1.</param>
/// <param name="Attempt">In which step, from 0.</param>
public readonly record struct SegmentEvent(SegmentAction Action, int Segment, long Attempt);
