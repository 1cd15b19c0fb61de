using Evenkeel.Records.RunLog;
using Evenkeel.Training.Callbacks;

namespace Evenkeel.Training.Search.Tuning;

/// <summary>Reports every validation of a fit to a search and ends the fit where the trial is given up: the error rate where the loss counts correct answers, the loss elsewhere.</summary>
/// <param name="report">What <see cref="Study.Minimize"/> hands to the objective.</param>
public sealed class StudyCallback(Func<int, double, bool> report) : Callback
{
    private bool _givenUp;

    /// <inheritdoc/>
    public override void OnValidation(in ValidationEvent validation, FitContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        // The fit ends with one more validation, which is no news.
        if (_givenUp) return;
        _givenUp = report(validation.Epoch, Objective(validation.Loss, validation.Accuracy));
        if (_givenUp) context.RequestStop();
    }

    /// <summary>What a fit is judged by: the error rate, or the loss where there is no accuracy.</summary>
    /// <param name="loss">The validation loss.</param>
    /// <param name="accuracy">The validation accuracy, 0 to 1; null where there is none.</param>
    public static double Objective(double loss, double? accuracy) => accuracy is { } known ? 1 - known : loss;
}
