using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Update;

namespace Evenkeel.Optimization.Optimizers;

/// <summary>Another optimizer takes fast steps; after every few of them slow weights follow, <c>s = retention s + (1 - retention) w</c>, and the fast ones start anew from there, <c>w = s</c>.</summary>
/// <remarks>
/// Zhang, Lucas, Hinton and Ba, arXiv 1907.08610, Algorithm 1, whose alpha is <c>1 - retention</c>. With <see cref="Ramp"/> the retention climbs with the cube of the run's progress,
/// as in Jordan, arXiv 2404.00498. The slow weights begin as the weights of the first commit.
/// </remarks>
public sealed class Lookahead : UpdateMethod
{
    /// <summary>Who takes the fast steps. Default Sgd with momentum 0.9 and Nesterov's look-ahead.</summary>
    public UpdateMethod Inner { get; init; } = new Sgd { Momentum = 0.9f, Nesterov = true };

    /// <summary>Fast steps per slow one, at least 1. Default 5.</summary>
    /// <exception cref="OptimizationException">EK0801: below 1.</exception>
    public int Period
    {
        get;
        init => field = value >= 1 ? value : throw OptimizationErrors.BadOption(nameof(Lookahead), "period", value, "at least 1", "5 is usual.");
    } = 5;

    /// <summary>What the slow weights keep of themselves, in [0, 1). Default 0.5.</summary>
    /// <exception cref="OptimizationException">EK0801: outside [0, 1).</exception>
    public float Retention
    {
        get;
        init => field = OptionRanges.Retention(nameof(Lookahead), "retention", value);
    } = 0.5f;

    /// <summary>Over how many commits the retention climbs, as <c>retention (t / ramp)^3</c>; 0 (default) for the same retention from the start.</summary>
    /// <exception cref="OptimizationException">EK0801: negative.</exception>
    public long Ramp
    {
        get;
        init => field = value >= 0 ? value : throw OptimizationErrors.BadOption(nameof(Lookahead), "ramp", value, "0 or more", "Hand in the planned commits, or 0.");
    }

    /// <inheritdoc/>
    public override string Name => "lookahead";

    /// <inheritdoc/>
    public override ImmutableArray<string> Slots => [.. Inner.Slots, "slow"];

    /// <inheritdoc/>
    public override ImmutableArray<ParameterGroup> Groups => Inner.Groups;

    /// <inheritdoc/>
    public override Regularization Regularization => Inner.Regularization;

    /// <inheritdoc/>
    public override float Ascent => Inner.Ascent;

    /// <summary>What the slow weights keep in the commit of that number.</summary>
    /// <param name="commit">From 0.</param>
    public float RetentionAt(long commit)
    {
        if (Ramp == 0) return Retention;
        var progress = Math.Min(1, (double)(commit + 1) / Ramp);
        return (float)(Retention * progress * progress * progress);
    }

    /// <inheritdoc/>
    public override UpdateSweeper CreateSweeper(int width) => new Sweeper(this, width);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"lookahead(period {Period}, retention {Retention}{(Ramp == 0 ? "" : $", ramp {Ramp}")}, {Inner})");

    private sealed unsafe class Sweeper(Lookahead method, int width) : UpdateSweeper
    {
        private readonly UpdateSweeper _inner = method.Inner.CreateSweeper(width);
        private readonly KernelEntry<RunningWeightsArguments> _kernel = KernelEntry<RunningWeightsArguments>.Of<RunningWeights>(width);
        private readonly int _slot = method.Inner.Slots.Length;
        private bool _begins;
        private bool _slowSteps;
        private float _retention;

        public override int Sums => _inner.Sums;

        public override void Measure(in UpdateRange range, bool decays, Span<double> sums) => _inner.Measure(in range, decays, sums);

        public override void Begin(long commit, float learningRate)
        {
            _inner.Begin(commit, learningRate);
            _begins = commit == 0;
            _slowSteps = (commit + 1) % method.Period == 0;
            _retention = method.RetentionAt(commit);
        }

        public override void Run(in UpdateRange range, bool decays)
        {
            if (_begins) Move(in range, 0, writesBack: false);
            _inner.Run(in range, decays);
        }

        public override bool Follows => true;

        public override void Follow(in UpdateRange range)
        {
            _inner.Follow(in range);
            if (_slowSteps) Move(in range, _retention, writesBack: true);
        }

        private void Move(in UpdateRange range, float retention, bool writesBack)
        {
            var arguments = new RunningWeightsArguments { Parameters = range.Parameters, Average = range.Slot(_slot), Count = range.Count, Retention = retention, WritesBack = writesBack };
            _kernel.Run(ref arguments);
        }
    }
}
