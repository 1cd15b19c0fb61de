namespace Evenkeel.Optimization.Schedules;

/// <summary>What a schedule that heeds validations remembers between them; it lies in every checkpoint. The default value stands for the beginning.</summary>
/// <param name="Reductions">How often the rate was reduced.</param>
/// <param name="Best">The best validation so far; null before the first finite one.</param>
/// <param name="Stalls">Validations without improvement since the last one that improved or reduced.</param>
/// <param name="Cooldown">Validations for which stalls do not count yet.</param>
public readonly record struct ScheduleMemory(int Reductions, double? Best, int Stalls, int Cooldown);
