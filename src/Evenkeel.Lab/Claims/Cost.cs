namespace Evenkeel.Lab.Claims;

/// <summary>How much a run of an experiment may spend.</summary>
public enum Budget
{
    /// <summary>Two steps, to see that everything runs. It carries no verdict.</summary>
    Smoke,

    /// <summary>The smallest run that can carry a verdict; all claims together stay under 40 minutes on two cores.</summary>
    Quick,

    /// <summary>As described, with at least five seeds where chance plays a part.</summary>
    Standard,

    /// <summary>The size of the paper.</summary>
    Full,
}

/// <summary>What one budget allows.</summary>
/// <param name="Seconds">Wall-clock seconds on two cores.</param>
/// <param name="Seeds">Seeds that the verdict rests on; 1 where nothing is random.</param>
public readonly record struct Allowance(int Seconds, int Seeds);

/// <summary>What a claim's run may spend, declared beside it.</summary>
/// <param name="Quick">The quick budget.</param>
/// <param name="Standard">The standard budget.</param>
/// <param name="Full">The full budget.</param>
public sealed record Cost(Allowance Quick, Allowance Standard, Allowance Full)
{
    /// <summary>A closed form, checked once: the same in every budget.</summary>
    /// <param name="seconds">Wall-clock seconds.</param>
    public static Cost Exact(int seconds) => new(new(seconds, 1), new(seconds, 1), new(seconds, 1));

    /// <summary>What a budget allows; a smoke run takes a second and one seed.</summary>
    /// <param name="budget">The budget.</param>
    public Allowance Of(Budget budget) => budget switch { Budget.Smoke => new(1, 1), Budget.Quick => Quick, Budget.Standard => Standard, _ => Full };
}
