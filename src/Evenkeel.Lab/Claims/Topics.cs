using System.Collections.Immutable;

namespace Evenkeel.Lab.Claims;

/// <summary>The words by which claims are grouped in lists, reports and on the command line.</summary>
public static class Topics
{
    /// <summary>What batch normalisation does and why.</summary>
    public const string BatchNorm = "batch-norm";

    /// <summary>Other normalisations, and sequences.</summary>
    public const string Normalization = "normalization";

    /// <summary>Nonlinearities.</summary>
    public const string Activations = "activations";

    /// <summary>First weights.</summary>
    public const string Initialization = "initialization";

    /// <summary>Descent and its variants.</summary>
    public const string Optimizers = "optimizers";

    /// <summary>Regularisation, transfer and the control of training.</summary>
    public const string Training = "training";

    /// <summary>Synthetic gradients and decoupled training.</summary>
    public const string Decoupled = "decoupled";

    /// <summary>All of them, in the ledger's order.</summary>
    public static ImmutableArray<string> All { get; } = [BatchNorm, Normalization, Activations, Initialization, Optimizers, Training, Decoupled];
}
