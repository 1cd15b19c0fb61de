using System.Collections.Immutable;
using Evenkeel.Engine;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Runs;
using Evenkeel.Layers;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Losses;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Optimization.Optimizers;

namespace Evenkeel.Lab.Trials;

/// <summary>The deep linear network of Santurkar et al. 2018: <c>min |W1 .. W25 x - A x|^2</c> over square layers, by full-batch descent on made-up samples.</summary>
/// <remarks>
/// Appendix A: 25 layers of 10 units, Gaussian A and 1,000 Gaussian x, Glorot's first weights, rate 1e-6 for the loss that is a sum. The loss here is the mean over all elements, so the rate is multiplied by their number, and losses are reported as sums.
/// Normalisation stands behind every layer but the last. Series: <c>step</c> and <c>loss</c> at every checkpoint (the loss before that step), <c>refused</c>; with probes those of <see cref="GradientProbes"/> for layers 9 and 17, as in the paper's figure 3b.
/// </remarks>
public sealed record LinearChainTrial : Trial
{
    private const int Units = 10, Layers = 25, Samples = 1000;
    private const int ReportEvery = 200;
    private const float LeastLength = 0.01f, MostLength = 30;

    /// <summary>What normalises, a name of <see cref="NormTable"/>.</summary>
    public required string Normalization { get; init; }

    /// <summary>The rate for the summed loss. Default 1e-6.</summary>
    public float Rate { get; init; } = 1e-6f;

    /// <summary>How many steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Of samples, A and first weights.</summary>
    public required ulong Seed { get; init; }

    /// <summary>At which steps, counted from 0, the loss is kept, rising.</summary>
    public ImmutableArray<int> Checkpoints { get; init; } = [];

    /// <summary>At which steps, counted from 0, the landscape is looked at, rising. Looking changes no bit of the run.</summary>
    public ImmutableArray<int> Probes { get; init; } = [];

    /// <inheritdoc/>
    public override long Work => Steps;

    /// <inheritdoc/>
    public override RunKey Key => new RunKey("linear_chain", 1)
        .Add("normalization", Normalization).Add("rate", Rate).Add("steps", Steps).Add("seed", Seed).Add("checkpoints", Checkpoints).Add("probes", Probes);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double[]> Run(TrialContext context)
    {
        List<NamedLayer> layers = [];
        for (var i = 1; i <= Layers; i++)
        {
            layers.Add((FormattableString.Invariant($"layer{i}"), new Dense(Units, new DenseOptions { Bias = BiasUse.Never, WeightInitializer = Glorot.Normal })));
            if (i < Layers && NormTable.Create(Normalization) is { } norm) layers.Add((FormattableString.Invariant($"norm{i}"), norm));
        }

        var model = new Sequential([.. layers]).Build(Shape.Batch(Units), Seed);
        var loss = new MeanSquaredError();
        var options = new PlanOptions { Capacity = Samples, Threads = 1, Seed = Seed };
        const int Elements = Samples * Units;
        var rate = Rate * Elements;
        using var plan = TrainingPlan.Compile(model, loss, new Sgd(), options);
        plan.LearningRate = rate;
        using var probes = new GradientProbes(model, loss, ["layer9.weight", "layer17.weight"], rate, LeastLength, MostLength, options);
        var slot = plan.CreateSlot();
        Fill(slot);
        Fill(probes.Slot);

        List<double> losses = [];
        var (refused, reported, probed) = (0, 0, 0);
        for (var step = 0; step < Steps; step++)
        {
            if (probed < Probes.Length && Probes[probed] == step)
            {
                probes.Before(step, plan.Attempts);
                probed++;
            }

            var result = plan.Step(slot);
            probes.After();
            if (!result.Committed) refused++;
            if (losses.Count < Checkpoints.Length && Checkpoints[losses.Count] == step) losses.Add((double)result.Loss * Elements);
            if ((step + 1) % ReportEvery != 0 && step + 1 != Steps) continue;
            context.Advance(step + 1 - reported);
            reported = step + 1;
        }

        var series = new Dictionary<string, double[]>(StringComparer.Ordinal) { ["step"] = [.. Checkpoints.Take(losses.Count).Select(static step => (double)step)], ["loss"] = [.. losses], ["refused"] = [refused] };
        probes.AddTo(series);
        return series;
    }

    private void Fill(BatchSlot slot)
    {
        slot.Count = Samples;
        new RandomStream(Seed, "x").FillNormal(slot.Features);
        var matrix = new float[Units * Units];
        new RandomStream(Seed, "A").FillNormal(matrix);
        for (var sample = 0; sample < Samples; sample++)
        {
            var x = slot.Features.Slice(sample * Units, Units);
            for (var unit = 0; unit < Units; unit++)
            {
                var sum = 0f;
                for (var k = 0; k < Units; k++) sum += matrix[(unit * Units) + k] * x[k];
                slot.Targets[(sample * Units) + unit] = sum;
            }
        }
    }
}
