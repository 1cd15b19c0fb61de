using System.Collections.Immutable;
using Evenkeel.Graph.Models;

namespace Evenkeel.Optimization.Optimizers;

/// <summary>What can be said about any optimizer on a command line.</summary>
public sealed record OptimizerOptions
{
    /// <summary>Momentum of Sgd, beta 1 of the Adams; null for the optimizer's usual one.</summary>
    public float? Momentum { get; init; }

    /// <summary>Nesterov's look-ahead, where the optimizer has momentum to look along. Default no; the Adams take no notice.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Weight decay; null for the optimizer's own default.</summary>
    public float? WeightDecay { get; init; }

    /// <summary>What holds weights small besides decay. Default nothing.</summary>
    public Regularization Regularization { get; init; } = Regularization.None;
}

/// <summary>The optimizers by their names in configurations and on the command line.</summary>
/// <remarks>All members may be called from any thread.</remarks>
public static class OptimizerTable
{
    private sealed record Entry(float UsualLearningRate, Func<OptimizerOptions, UpdateMethod> Create);

    private static ImmutableSortedDictionary<string, Entry> entries = ImmutableSortedDictionary.Create<string, Entry>(StringComparer.Ordinal)
        .Add("adadelta", new(1, static options => new AdaDelta { Regularization = options.Regularization, WeightDecay = options.WeightDecay ?? 0 }))
        .Add("adagrad", new(0.01f, static options => new AdaGrad { Regularization = options.Regularization, WeightDecay = options.WeightDecay ?? 0 }))
        .Add("adam", new(1e-3f, static options => new Adam { Regularization = options.Regularization, Beta1 = options.Momentum ?? 0.9f, WeightDecay = options.WeightDecay ?? 0 }))
        .Add("adamw", new(1e-3f, static options => new AdamW { Regularization = options.Regularization, Beta1 = options.Momentum ?? 0.9f, WeightDecay = options.WeightDecay ?? 0.01f }))
        .Add("adamax", new(2e-3f, static options => new AdaMax { Regularization = options.Regularization, Beta1 = options.Momentum ?? 0.9f, WeightDecay = options.WeightDecay ?? 0 }))
        .Add("amsgrad", new(1e-3f, static options => new AmsGrad { Regularization = options.Regularization, Beta1 = options.Momentum ?? 0.9f, WeightDecay = options.WeightDecay ?? 0 }))
        .Add("lamb", new(2e-3f, static options => new Lamb { Regularization = options.Regularization, Beta1 = options.Momentum ?? 0.9f, WeightDecay = options.WeightDecay ?? 0.01f }))
        .Add("lars", new(1, static options => new Lars { Regularization = options.Regularization, Momentum = options.Momentum ?? 0.9f, WeightDecay = options.WeightDecay ?? 1e-4f }))
        .Add("lion", new(1e-4f, static options => new Lion { Regularization = options.Regularization, Beta1 = options.Momentum ?? 0.9f, WeightDecay = options.WeightDecay ?? 0 }))
        .Add("lookahead", new(0.1f, static options => new Lookahead { Inner = new Sgd { Regularization = options.Regularization, Momentum = options.Momentum ?? 0.9f, Nesterov = true, WeightDecay = options.WeightDecay ?? 0 } }))
        .Add("nadam", new(2e-3f, static options => new NAdam { Regularization = options.Regularization, Beta1 = options.Momentum ?? 0.9f, WeightDecay = options.WeightDecay ?? 0 }))
        .Add("rmsprop", new(1e-3f, static options => new RmsProp { Regularization = options.Regularization, Momentum = options.Momentum ?? 0, WeightDecay = options.WeightDecay ?? 0 }))
        .Add("sam", new(0.1f, static options => new Sam { Inner = new Sgd { Regularization = options.Regularization, Momentum = options.Momentum ?? 0.9f, Nesterov = options.Nesterov, WeightDecay = options.WeightDecay ?? 0 } }))
        .Add("sgd", new(0.1f, static options => new Sgd { Regularization = options.Regularization, Momentum = options.Momentum ?? 0.9f, Nesterov = options.Nesterov, WeightDecay = options.WeightDecay ?? 0 }));

    /// <summary>All names, sorted.</summary>
    public static IEnumerable<string> Names => entries.Keys;

    /// <summary>Makes the optimizer called <paramref name="name"/>.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="options">What differs from the usual; null for nothing.</param>
    /// <exception cref="OptimizationException">EK0802: no optimizer has the name. EK0801: an option is out of its range. EK0661: an optimizer of the user's own takes no notice of the regularisation.</exception>
    public static UpdateMethod Create(string name, OptimizerOptions? options = null)
    {
        options ??= new OptimizerOptions();
        var method = Find(name).Create(options);
        return method.Regularization == options.Regularization ? method : throw OptimizationErrors.NotRegularized(name, options.Regularization);
    }

    /// <summary>A learning rate that usually works with batch normalisation, for example 0.1 for sgd with momentum and 0.001 for Adam.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="OptimizationException">EK0802: no optimizer has the name.</exception>
    public static float UsualLearningRate(string name) => Find(name).UsualLearningRate;

    /// <summary>Adds an optimizer of your own.</summary>
    /// <param name="name">Its <see cref="UpdateMethod.Name"/>.</param>
    /// <param name="usualLearningRate">What a run takes where nobody says otherwise.</param>
    /// <param name="create">Makes it.</param>
    /// <exception cref="OptimizationException">EK0804: the name is taken.</exception>
    public static void Register(string name, float usualLearningRate, Func<OptimizerOptions, UpdateMethod> create)
    {
        if (!ImmutableInterlocked.Update(ref entries, static (table, added) => table.ContainsKey(added.name) ? table : table.Add(added.name, added.entry), (name, entry: new Entry(usualLearningRate, create))))
            throw OptimizationErrors.NameTaken(nameof(OptimizerTable), name);
    }

    private static Entry Find(string name) => entries.TryGetValue(name, out var entry) ? entry : throw OptimizationErrors.UnknownOptimizer(name, entries.Keys);
}
