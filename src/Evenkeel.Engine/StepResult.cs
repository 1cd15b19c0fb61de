namespace Evenkeel.Engine;

/// <summary>What one training step found.</summary>
/// <param name="Loss">The mean loss of the batch, before the update.</param>
/// <param name="Correct">How many samples were classified rightly; 0 where the loss does not say.</param>
/// <param name="GradientNorm">The Euclidean norm of all gradients together.</param>
/// <param name="Committed">False where loss, statistics or gradients were not finite: then nothing changed.</param>
public readonly record struct StepResult(float Loss, int Correct, double GradientNorm, bool Committed);

/// <summary>What one evaluation run found.</summary>
/// <param name="Loss">The mean loss of the batch; NaN where the plan has no loss.</param>
/// <param name="Correct">How many samples were classified rightly; 0 where the loss does not say.</param>
/// <param name="Count">The number of samples.</param>
public readonly record struct EvaluationResult(float Loss, int Correct, int Count);
