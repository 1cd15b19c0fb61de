using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Work;
using Evenkeel.Optimization;
using Evenkeel.Optimization.SecondOrder;
using Evenkeel.Training.Fitting;
using InputSlot = Evenkeel.Engine.BatchSlot;

namespace Evenkeel.Training.FullBatch;

/// <summary>The mean loss over a whole dataset as a function of a model's trained parameters: what <see cref="Lbfgs"/> and <see cref="NewtonConjugateGradient"/> make small.</summary>
/// <remarks>
/// The samples lie in memory, in batches of the plan's capacity and in the dataset's order, so every look sees the same; batch normalisation uses each batch's statistics, and dropout draws the same at every look. Losses are summed in double.
/// Parameters are floats: values are good to seven digits, and searches end where rounding begins. One thread at a time may use it.
/// </remarks>
public sealed class ModelObjective : IDisposable
{
    private readonly Model _model;
    private readonly GradientPlan _plan;
    private readonly InputSlot[] _slots;
    private readonly (int First, int Length)[] _tensors;
    private readonly PlanOptions _options;
    private readonly WorkTeam _team;
    private readonly bool _ownsTeam;
    private readonly int _samples;

    /// <summary>Reads the samples and compiles a plan; nothing of the model changes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loss">What to make small.</param>
    /// <param name="dataset">The samples, transformed as the model wants them.</param>
    /// <param name="options">Capacity, threads, width, seed; null for one batch of up to 4,096 samples on all cores.</param>
    /// <exception cref="TrainingException">EK0503: the samples do not fit the model.</exception>
    public ModelObjective(Model model, Loss loss, Dataset dataset, PlanOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(dataset);
        DataCheck.Run(model, loss, dataset);
        options ??= new PlanOptions { Capacity = 4096 };
        options = options with { Capacity = Math.Min(options.Capacity, dataset.Count) };
        _ownsTeam = options.Team is null;
        _team = options.Team ?? WorkTeam.Lease(options.Threads);
        (_model, _samples, _options) = (model, dataset.Count, options with { Team = _team });
        _plan = GradientPlan.Compile(model, loss, options: _options);
        _tensors = [.. model.ParameterNodes.Where(static node => node.IsTrainable).Select(node => model.Parameters[node.Name]).Select(static tensor => ((int)tensor.Offset, tensor.Length))];
        Length = _tensors.Sum(static tensor => tensor.Length);
        var loader = new Loader(dataset, new LoaderOptions { BatchSize = options.Capacity, Shuffle = false });
        _slots = new InputSlot[loader.BatchesPerEpoch];
        for (var i = 0; i < _slots.Length; i++)
        {
            var assembly = new BatchAssembly(loader, _plan.CreateSlot(), null, null);
            assembly.Choose(loader);
            _team.Run(assembly, assembly.Pieces);
            assembly.ThrowIfFailed();
            _slots[i] = assembly.Input;
        }
    }

    /// <summary>Trained parameters.</summary>
    public int Length { get; }

    /// <summary>Minimises the loss from the model's present values, leaves the last point in the model, and measures batch normalisation's running statistics there over all samples.</summary>
    /// <param name="minimizer">How.</param>
    /// <param name="cancellation">Ends between iterations; the model then keeps its first values.</param>
    /// <exception cref="OptimizationException">EK0660: loss or gradient of the first point are not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public MinimizationResult Minimize(Minimizer minimizer, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(minimizer);
        var point = new double[Length];
        Read(point);
        var first = (double[])point.Clone();
        try
        {
            var result = minimizer.Minimize(Evaluate, point, cancellation);
            first = point;
            return result;
        }
        finally
        {
            Write(first);
            if (first == point && _model.Nodes.Any(static node => node.Statistics.Count > 0)) Recalibrate();
        }
    }

    /// <summary>The mean loss at a point, which the model then holds, and its gradient.</summary>
    /// <param name="point">Values of all trained parameters, in the model's order.</param>
    /// <param name="gradient">Receives the gradient, as many numbers.</param>
    public double Evaluate(ReadOnlySpan<double> point, Span<double> gradient)
    {
        Write(point);
        gradient.Clear();
        var loss = 0.0;
        foreach (var slot in _slots)
        {
            var share = (double)slot.Count / _samples;
            loss += share * _plan.Run(slot).Loss;
            var own = _plan.Gradients.Span;
            var at = 0;
            foreach (var (start, length) in _tensors)
            {
                for (var i = 0; i < length; i++) gradient[at + i] += share * own[start + i];
                at += length;
            }
        }

        return loss;
    }

    /// <summary>Gives the threads back.</summary>
    public void Dispose()
    {
        _plan.Dispose();
        if (_ownsTeam) _team.Dispose();
    }

    private void Read(Span<double> point)
    {
        var values = _model.Parameters.Span;
        var at = 0;
        foreach (var (first, length) in _tensors)
        {
            for (var i = 0; i < length; i++) point[at + i] = values[first + i];
            at += length;
        }
    }

    private void Write(ReadOnlySpan<double> point)
    {
        var values = _model.Parameters.Span;
        var at = 0;
        foreach (var (first, length) in _tensors)
        {
            for (var i = 0; i < length; i++) values[first + i] = (float)point[at + i];
            at += length;
        }
    }

    private void Recalibrate()
    {
        using var plan = RecalibrationPlan.Compile(_model, _options);
        foreach (var slot in _slots)
        {
            var features = plan.CreateSlot();
            features.Fill(slot.Features[..(slot.Count * slot.FeaturesPerSample)]);
            plan.Accumulate(features);
        }

        plan.Commit();
    }
}
