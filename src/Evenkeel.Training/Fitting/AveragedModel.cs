using Evenkeel.Engine;

namespace Evenkeel.Training.Fitting;

/// <summary>Lets a model hold the average of its weights, with statistics measured for them, while it is validated; without averaging it does nothing.</summary>
internal sealed class AveragedModel(FitSetup setup, TrainingProgram plan, Recalibration recalibration)
{
    private readonly BestWeights? _trained = setup.Options.AverageDecay is null ? null : new BestWeights(setup.Model, byAccuracy: false, 0);

    /// <summary>Exchanges the trained weights for their average and measures the statistics anew.</summary>
    /// <returns>False where it was cancelled; <see cref="Leave"/> is due all the same.</returns>
    public bool Enter(CancellationToken cancellation)
    {
        if (_trained is null) return true;
        _trained.Take();
        if (plan.Commits == 0) return true;
        WeightAverage.Read(setup.Model, plan.Slots);
        return recalibration.Run(setup.Options.RecalibrateBatches > 0 ? setup.Options.RecalibrateBatches : Recalibration.UsualBatches, cancellation);
    }

    /// <summary>Gives the model its trained weights and their statistics back.</summary>
    public void Leave() => _trained?.Restore();
}
