namespace Evenkeel.Optimization;

/// <summary>Optimizer or schedule options that cannot be, or names that are not in the tables.</summary>
public sealed class OptimizationException : EvenkeelException
{
    /// <summary>Creates the error.</summary>
    public OptimizationException(string code, string message)
        : base(code, message)
    {
    }
}
