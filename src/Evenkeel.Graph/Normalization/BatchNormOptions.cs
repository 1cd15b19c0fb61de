using System.Globalization;

namespace Evenkeel.Graph.Normalization;

/// <summary>Which statistics a training step normalises with. Evaluation always uses running statistics: it is another plan.</summary>
public enum NormalizeWith
{
    /// <summary>Those of the batch (Ioffe and Szegedy 2015, Algorithm 1).</summary>
    BatchStatistics,

    /// <summary>The running statistics, as constants.</summary>
    RunningStatistics,
}

/// <summary>The divisor of the variance that enters the running variance. The batch itself is always normalised with the population variance.</summary>
public enum VarianceEstimator
{
    /// <summary><c>n - 1</c>: unbiased, as in Algorithm 2 of the paper and in PyTorch.</summary>
    Sample,

    /// <summary><c>n</c>: as in Keras and oneDNN.</summary>
    Population,
}

/// <summary>Whether the gradient flows through the batch statistics.</summary>
public enum StatisticsGradient
{
    /// <summary>Through mean and variance: the paper's backward.</summary>
    Full,

    /// <summary>Statistics are treated as constants: wrong on purpose, for the lost-bias experiments (section 2 of the paper).</summary>
    None,
}

/// <summary>Gamma or beta: learnt, absent, or fixed at a number.</summary>
public readonly record struct AffineParameter
{
    private AffineParameter(bool isPresent, bool isTrained, float? initial)
    {
        IsPresent = isPresent;
        IsTrained = isTrained;
        Initial = initial;
    }

    /// <summary>Whether the parameter exists.</summary>
    public bool IsPresent { get; }

    /// <summary>Whether optimizers move it.</summary>
    public bool IsTrained { get; }

    /// <summary>Its first value where it is not the usual one (1 for gamma, 0 for beta).</summary>
    public float? Initial { get; }

    /// <summary>Learnt, from the usual start.</summary>
    public static AffineParameter On { get; } = new(true, true, null);

    /// <summary>Absent: gamma is 1, beta is 0.</summary>
    public static AffineParameter Off { get; } = new(false, false, null);

    /// <summary>Present and constant.</summary>
    /// <param name="value">The constant, the same in every channel.</param>
    public static AffineParameter Fixed(float value) => new(true, false, value);

    /// <summary>Learnt, from the given start.</summary>
    /// <param name="value">The first value, the same in every channel.</param>
    public static AffineParameter StartingAt(float value) => new(true, true, value);
}

/// <summary>Everything that can be chosen about batch normalisation: three independent switches, the running average, and the parameters.</summary>
public sealed record BatchNormOptions
{
    /// <summary>Batch statistics, updated running statistics, trained gamma and beta.</summary>
    public static BatchNormOptions Default { get; } = new();

    /// <summary>Running statistics, none updated, gamma and beta constant: for transfer learning.</summary>
    public static BatchNormOptions Frozen { get; } = new()
    {
        NormalizeWith = NormalizeWith.RunningStatistics,
        UpdateRunningStatistics = false,
        TrainScaleAndShift = false,
    };

    /// <summary>Added to the variance before the root is taken; above 0. Default 1e-5, as in PyTorch (Keras: 1e-3).</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>Switch 1: which statistics a training step normalises with.</summary>
    public NormalizeWith NormalizeWith { get; init; } = NormalizeWith.BatchStatistics;

    /// <summary>Switch 2: whether a commit updates the running statistics.</summary>
    public bool UpdateRunningStatistics { get; init; } = true;

    /// <summary>Switch 3: whether optimizers move gamma and beta.</summary>
    public bool TrainScaleAndShift { get; init; } = true;

    /// <summary>Whether training takes the running statistics as they are and leaves them so.</summary>
    public bool FreezesStatistics => NormalizeWith == NormalizeWith.RunningStatistics && !UpdateRunningStatistics;

    /// <summary>How running statistics follow. Default update rate 0.1.</summary>
    public RunningAverage RunningAverage { get; init; } = RunningAverage.UpdateRate(0.1f);

    /// <summary>Whether evaluation divides the running average by its weight, so that it is right from the first step on. Default on; goldens against other frameworks use it off.</summary>
    public bool BiasCorrection { get; init; } = true;

    /// <summary>The divisor of the variance that enters the running variance. Default n - 1.</summary>
    public VarianceEstimator VarianceEstimator { get; init; } = VarianceEstimator.Sample;

    /// <summary>Gamma. Default learnt from 1.</summary>
    public AffineParameter Scale { get; init; } = AffineParameter.On;

    /// <summary>Beta. Default learnt from 0.</summary>
    public AffineParameter Shift { get; init; } = AffineParameter.On;

    /// <summary>Whether the gradient flows through the statistics. Default full; anything else is an experiment.</summary>
    public StatisticsGradient StatisticsGradient { get; init; } = StatisticsGradient.Full;

    /// <summary>What centred values are divided by. Default the standard deviation; norms are for experiments, and their squares take the variance's place in the running statistics.</summary>
    public BatchNormDivisor Divisor { get; init; } = BatchNormDivisor.StandardDeviation;

    /// <summary>Batch Renormalization; null (default) for none. For the standard deviation and batch statistics alone.</summary>
    public BatchRenormalization? Renormalization { get; init; }

    /// <summary>Samples of a ghost batch, which is normalised by itself (Hoffer et al., arXiv 1705.08741); 0 (default) for the whole batch. A batch is cut into as many equal parts of at least this size as it has. For the standard deviation alone.</summary>
    public int GhostSize { get; init; }

    /// <summary>The weight a of a sample's own statistics in evaluation, in [0, 1]: EvalNorm (Singh and Shrivastava, arXiv 1904.06031); 0 (default) for running statistics alone.</summary>
    /// <remarks>
    /// Training is untouched. Evaluation normalises every sample with <c>mean = (1-a) mu_R + a mu_x</c> and <c>variance = (1-a) var_R + a var_x + a (1-a) (mu_x - mu_R)^2</c>, the moments of a mixture which holds the sample with weight a; <c>[N, F]</c> has one position, so var_x is 0.
    /// With a = 1/m these are what the moments of a training batch of m samples are expected to be, given that the sample is one of them. The paper fits a weight per layer; here it is set. For the standard deviation and batch statistics alone.
    /// </remarks>
    public float SampleWeight { get; init; }

    /// <summary>Whether a bias in front would be subtracted again: with the mean of the batch, and before a divisor that does not see it.</summary>
    public bool CancelsBias => NormalizeWith == NormalizeWith.BatchStatistics && Divisor == BatchNormDivisor.StandardDeviation;

    /// <summary>These options frozen: running statistics, none updated, gamma and beta constant, and no renormalisation, ghost batches or weight of samples, which only batch statistics know.</summary>
    public BatchNormOptions AsFrozen() => this with
    {
        NormalizeWith = NormalizeWith.RunningStatistics,
        UpdateRunningStatistics = false,
        TrainScaleAndShift = false,
        Renormalization = null,
        GhostSize = 0,
        SampleWeight = 0,
    };

    /// <summary>What is wrong with the combination: what came, what was expected, what to do; null where it can be built.</summary>
    public (string Came, string Expected, string Remedy)? Conflict()
    {
        if (Renormalization is { IsValid: false }) return ($"{Renormalization}", "rmax at least 1, dmax at least 0, and updates in rising order", "The defaults are 3, 5, and 5,000, 25,000, 40,000 updates.");
        if (GhostSize < 0 || GhostSize == 1) return ($"a ghost batch of {GhostSize}", "0 for none, or at least 2 samples", "128 samples are usual.");
        if (!(SampleWeight is >= 0 and <= 1)) return ($"a sample's weight of {SampleWeight.ToString(CultureInfo.InvariantCulture)}", "0 to 1", "1 over the training batch is usual.");
        if (SampleWeight > 0 && (Divisor != BatchNormDivisor.StandardDeviation || Renormalization is not null || NormalizeWith != NormalizeWith.BatchStatistics))
            return ("a sample's weight in evaluation with another divisor, renormalisation or running statistics in training", "training by mean and standard deviation of the batch", "Leave one of them out.");
        if (Divisor != BatchNormDivisor.StandardDeviation && (Renormalization is not null || GhostSize > 0)) return ($"the divisor {Divisor} with renormalisation or ghost batches", "the standard deviation", "Leave one of them out.");
        if (GhostSize > 0 && Renormalization is not null) return ("ghost batches with renormalisation", "one of them", "Leave one of them out.");
        return (GhostSize > 0 || Renormalization is not null) && NormalizeWith != NormalizeWith.BatchStatistics
            ? ("running statistics with renormalisation or ghost batches", "batch statistics", "Leave NormalizeWith as it is, or leave the other option out.")
            : null;
    }
}
