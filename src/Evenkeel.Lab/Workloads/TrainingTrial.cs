using System.Collections.Immutable;
using Evenkeel.Data.Datasets;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers.Losses;
using Evenkeel.Optimization.Optimizers;

namespace Evenkeel.Lab.Workloads;

/// <summary>A network of the workloads, trained on one thread at a constant rate, evaluated and looked at on the way.</summary>
/// <remarks>
/// Series with one number per checkpoint: <c>step</c>, <c>accuracy</c> and <c>loss</c> on the test part, <c>train_loss</c> (mean over the steps since the last one), where asked for <c>fit_accuracy</c> and <c>fit_loss</c> on training samples
/// and <c>held_accuracy</c>, <c>held_loss</c> on held-out ones; with one number: <c>first_loss</c> of the first step, <c>refused</c> (steps that were not finite), <c>diverged</c>, <c>weight_norm</c>, and where asked for <c>own_accuracy</c>, that of batches
/// which are normalised by themselves, and <c>recalibrated_accuracy</c>, that with population statistics. Looks add the series of LayerLook. A run that ends early keeps its last numbers to the end.
/// </remarks>
public sealed record TrainingTrial : Trial
{
    private const int ReportEvery = 50;

    // Steps in a row that are not finite: such a run does not come back.
    private const int MostRefused = 20;

    /// <summary>The network.</summary>
    public required Network Network { get; init; }

    /// <summary>The dataset. Default MNIST.</summary>
    public string Data { get; init; } = Mnist.Name;

    /// <summary>What becomes of the pixels. Default mean 0 and deviation 1.</summary>
    public PixelScale Pixels { get; init; } = PixelScale.Standardized;

    /// <summary>How many training samples are used, drawn by the seed; 0 for all. Default 0.</summary>
    public int Samples { get; init; }

    /// <summary>How many test samples are used, the first ones; 0 for all. Default 2,000.</summary>
    public int TestSamples { get; init; } = 2000;

    /// <summary>Training samples that are held out and evaluated apart. Default 0.</summary>
    public int HeldOut { get; init; }

    /// <summary>How many training samples are evaluated too. Default 0.</summary>
    public int FitSamples { get; init; }

    /// <summary>Every batch holds samples of so many classes alone; 0 for batches as they come. Default 0.</summary>
    public int ClassesPerBatch { get; init; }

    /// <summary>The optimizer's name. Default sgd.</summary>
    public string Optimizer { get; init; } = "sgd";

    /// <summary>Momentum of sgd, beta 1 of the Adams. Default 0, plain descent; the Adams then take 0.9.</summary>
    public float Momentum { get; init; }

    /// <summary>Weight decay. Default 0.</summary>
    public float WeightDecay { get; init; }

    /// <summary>The learning rate, constant; below 0 it climbs.</summary>
    public float Rate { get; init; } = 0.1f;

    /// <summary>What gradients are multiplied by, as if the loss were. Default 1.</summary>
    public float LossFactor { get; init; } = 1;

    /// <summary>Samples per batch. Default 128.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>How many steps.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Of first weights, order and samples.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>After which steps the network is evaluated, rising.</summary>
    public ImmutableArray<int> Checkpoints { get; init; } = [];

    /// <summary>A test accuracy that ends the run once a checkpoint has it; 0 for none. Default 0.</summary>
    public double StopAt { get; init; }

    /// <summary>After which steps the layers are looked at, rising; 0 is before training.</summary>
    public ImmutableArray<int> Looks { get; init; } = [];

    /// <summary>How many samples a look uses. Default 500.</summary>
    public int LookSamples { get; init; } = 500;

    /// <summary>The batch size at which the trained network is also evaluated in training mode; 0 for not at all. Default 0.</summary>
    public int OwnBatches { get; init; }

    /// <summary>The number of training batches over which running statistics are taken anew at the end, as in Algorithm 2 of Ioffe and Szegedy; 0 for not at all. Default 0.</summary>
    public int Recalibration { get; init; }

    /// <inheritdoc/>
    public override string Dataset => Data;

    /// <inheritdoc/>
    public override long Work => Steps;

    /// <inheritdoc/>
    public override RunKey Key => Recalibration > 0 ? Settings.Add("recalibration", Recalibration) : Settings;

    // What came later stands in the key where it is used, so that the keys of older runs stay.
    private RunKey Settings => Network.AddTo(new RunKey("training", 1))
        .Add("pixels", Pixels).Add("samples", Samples).Add("test_samples", TestSamples).Add("held_out", HeldOut).Add("fit_samples", FitSamples).Add("classes_per_batch", ClassesPerBatch)
        .Add("optimizer", Optimizer).Add("momentum", Momentum).Add("weight_decay", WeightDecay).Add("rate", Rate).Add("loss_factor", LossFactor).Add("batch_size", BatchSize)
        .Add("steps", Steps).Add("seed", Seed).Add("checkpoints", Checkpoints).Add("stop_at", StopAt).Add("looks", Looks).Add("look_samples", LookSamples).Add("own_batches", OwnBatches);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double[]> Run(TrialContext context) => Run(context, out _);

    internal IReadOnlyDictionary<string, double[]> Run(TrialContext context, out Model model)
    {
        var parts = WorkloadData.Of(this, context.Data!);
        model = Network.Create(parts.Training.Target.ClassCount).Build(Shape.Batch(parts.Training.Shape.Dimensions), Seed);
        return Run(context, parts, model);
    }

    /// <summary>Trains a model that was made elsewhere.</summary>
    internal IReadOnlyDictionary<string, double[]> Run(TrialContext context, Model model) => Run(context, WorkloadData.Of(this, context.Data!), model);

    private Dictionary<string, double[]> Run(TrialContext context, WorkloadData parts, Model model)
    {
        var method = OptimizerTable.Create(Optimizer, new OptimizerOptions { Momentum = Momentum > 0 || Optimizer == "sgd" ? Momentum : null, WeightDecay = WeightDecay });
        var size = Math.Min(BatchSize, parts.Training.Count);
        using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), method, new PlanOptions { Capacity = size, Threads = 1, Seed = Seed });
        (plan.LearningRate, plan.Clipping) = (Rate, LossFactor == 1 ? null : new ScaledLoss(LossFactor));
        using var test = new TestPart(model, parts.Test);
        using var fit = FitSamples > 0 ? new TestPart(model, parts.Training.Take(Math.Min(FitSamples, parts.Training.Count))) : null;
        using var held = parts.HeldOut is { } some ? new TestPart(model, some) : null;
        using var look = Looks.IsEmpty ? null : new LayerLook(model, parts.Test, LookSamples);
        var curve = new CheckpointSeries(test, fit, held);
        var batches = parts.Batches(size);
        var slot = plan.CreateSlot();
        var (refused, inRow, reported, looks, firstLoss) = (0, 0, 0, 0, double.NaN);
        if (looks < Looks.Length && Looks[looks] == 0) look!.Add(Looks[looks++]);
        for (var step = 1; step <= Steps; step++)
        {
            batches.Next(slot);
            var result = plan.Step(slot);
            if (step == 1) firstLoss = result.Loss;
            (refused, inRow) = result.Committed ? (refused, 0) : (refused + 1, inRow + 1);
            curve.Count(result.Loss);
            if (curve.Length < Checkpoints.Length && Checkpoints[curve.Length] == step) curve.Measure(step);
            if (looks < Looks.Length && Looks[looks] == step) look!.Add(Looks[looks++]);
            if (inRow == MostRefused || (StopAt > 0 && curve.Length > 0 && curve.LastAccuracy >= StopAt)) break;
            if (step % ReportEvery != 0) continue;
            context.Advance(step - reported);
            reported = step;
        }

        // A run that breaks down before its first checkpoint still has weights: those before the break.
        if (curve.Length == 0 && Checkpoints.Length > 0) curve.Measure(Checkpoints[0]);
        context.Advance(Steps - reported);
        while (looks < Looks.Length) look!.Add(Looks[looks++]);
        var series = curve.ToSeries(Checkpoints);
        (series["first_loss"], series["refused"], series["diverged"]) = ([firstLoss], [refused], [inRow > 0 ? 1 : 0]);
        series["weight_norm"] = [Math.Sqrt(WeightNormSquared(model))];
        if (OwnBatches > 0) series["own_accuracy"] = [TestPart.AccuracyInTraining(model, parts.Test, OwnBatches)];
        look?.AddTo(series);
        if (Recalibration > 0) series["recalibrated_accuracy"] = [RecalibratedAccuracy(model, test, batches, slot)];
        return series;
    }

    private double RecalibratedAccuracy(Model model, TestPart test, WorkloadData.BatchSource batches, BatchSlot slot)
    {
        if (model.Nodes.All(static node => node.Statistics.Count == 0)) return test.Measure().Accuracy;
        batches.Next(slot);
        using var recalibration = RecalibrationPlan.Compile(model, new PlanOptions { Capacity = slot.Count, Threads = 1, Seed = Seed });
        var own = recalibration.CreateSlot();
        for (var i = 0; i < Recalibration; i++, batches.Next(slot))
        {
            own.Count = slot.Count;
            slot.Features[..own.Features.Length].CopyTo(own.Features);
            recalibration.Accumulate(own);
        }

        recalibration.Commit();
        return test.Measure().Accuracy;
    }

    private static double WeightNormSquared(Model model)
    {
        var sum = 0.0;
        foreach (var node in model.ParameterNodes.Where(static node => node.Decays)) sum += Math.Pow(Descent.Norm(model.Parameters[node.Name].Span), 2);
        return sum;
    }

    /// <summary>Multiplies the gradients as a factor on the loss would.</summary>
    private sealed record ScaledLoss(float Factor) : GradientClipping
    {
        public override string Name => "scaled_loss";

        public override GradientChange ChangeAt(double norm) => GradientChange.None with { Factor = Factor };
    }
}
