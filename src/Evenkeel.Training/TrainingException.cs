namespace Evenkeel.Training;

/// <summary>Training, a checkpoint or a predictor that cannot go on.</summary>
public sealed class TrainingException : EvenkeelException
{
    /// <summary>Creates the error.</summary>
    public TrainingException(string code, string message, Exception? inner = null)
        : base(code, message, inner)
    {
    }
}
