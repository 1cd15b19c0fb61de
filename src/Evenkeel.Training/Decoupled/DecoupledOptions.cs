using System.Collections.Immutable;
using System.Globalization;
using Evenkeel.Graph.Models;
using Evenkeel.Optimization.Optimizers;

namespace Evenkeel.Training.Decoupled;

/// <summary>Where the segments below the last one get their gradients from.</summary>
public enum GradientSource
{
    /// <summary>From the segment above, after it has gone forward and backward: ordinary backpropagation, with all its locks.</summary>
    Backpropagation,

    /// <summary>From a module that predicts the gradient of a segment's output from the output alone: DNI.</summary>
    Synthetic,

    /// <summary>From a module that also sees the label: conditioned DNI (cDNI).</summary>
    Conditioned,

    /// <summary>From nowhere: only the last segment learns, on random features below (the paper's "No Bprop").</summary>
    None,
}

/// <summary>How a model is taken apart into segments that are trained with an update each (Jaderberg et al. 2016, arXiv 1608.05343).</summary>
public sealed record DecoupledOptions
{
    /// <summary>Where gradients come from. Default synthetic ones.</summary>
    public GradientSource Gradients { get; init; } = GradientSource.Synthetic;

    /// <summary>The names of the layers behind which the model is cut, for example <c>hidden2</c>; a layer ends with the last of its parts such as <c>hidden2.activation</c>. Default none named: a cut before every layer with weights but the first, so that normalisation, nonlinearity and pooling stay with the layer before them.</summary>
    public ImmutableArray<string> CutAfter { get; init; } = [];

    /// <summary>The modules that predict.</summary>
    public ModuleOptions Modules { get; init; } = new();

    /// <summary>The probability with which a segment, and the module that predicts for its input, is updated in a step, drawn for each by itself; in (0, 1]. Default 1. Only for synthetic gradients.</summary>
    public double UpdateProbability { get; init; } = 1;

    /// <summary>Whether segments also get their inputs from modules, which predict them from the input of the network: no segment waits for any other one. Default no. Only for synthetic gradients and for segments whose inputs are <c>[N, F]</c>.</summary>
    public bool SyntheticInputs { get; init; }

    /// <summary>Whether gradients are predicted.</summary>
    public bool Predicts => Gradients is GradientSource.Synthetic or GradientSource.Conditioned;

    /// <summary>All settings in a line.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Gradients}, cuts {(CutAfter.IsEmpty ? "before every layer with weights" : string.Join(", ", CutAfter))}, update probability {UpdateProbability}, synthetic inputs {(SyntheticInputs ? "yes" : "no")}, modules {Modules}");

    internal void Check()
    {
        if (!(UpdateProbability is > 0 and <= 1)) throw DecoupledErrors.BadOption(nameof(UpdateProbability), UpdateProbability.ToString(CultureInfo.InvariantCulture), "a number in (0, 1]");
        if (!Predicts && (UpdateProbability < 1 || SyntheticInputs))
            throw DecoupledErrors.BadOption(SyntheticInputs ? nameof(SyntheticInputs) : nameof(UpdateProbability), $"with {nameof(Gradients)} {Gradients}", "synthetic gradients, since segments that wait for each other move together");
        Modules.Check();
    }
}

/// <summary>What the modules that predict gradients and inputs are made of.</summary>
public sealed record ModuleOptions
{
    /// <summary>The units of hidden layers (filters, for images), each batch-normalised and rectified; null (default) for those of the paper: none, a linear map, where the label is known; else twice 1024 units or 128 filters.</summary>
    public ImmutableArray<int>? Hidden { get; init; }

    /// <summary>Height and width of the filters for images, odd. Default 5.</summary>
    public int Kernel { get; init; } = 5;

    /// <summary>The first weights of the last layer of what predicts gradients. Default zeros: at first nothing is predicted, and segments wait until there is something to learn from.</summary>
    public Initializer OutputWeights { get; init; } = Constant.Zero;

    /// <summary>How modules follow their gradients. Default <see cref="Adam"/>.</summary>
    public UpdateMethod Optimizer { get; init; } = new Adam();

    /// <summary>What the learning rate of the network is multiplied by for the modules, above 0; null (default) for the ratio of the usual rates of both optimizers, which is 1 for the same one.</summary>
    public float? RateFactor { get; init; }

    /// <summary>All settings in a line.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"of {(Hidden is { } hidden ? $"[{string.Join(' ', hidden)}]" : "the usual")} units, kernel {Kernel}, from {(OutputWeights is Constant constant ? constant.Value.ToString(CultureInfo.InvariantCulture) : OutputWeights.GetType().Name)}, {Optimizer.Name}, rate factor {(RateFactor is { } factor ? factor.ToString(CultureInfo.InvariantCulture) : "usual")}");

    internal void Check()
    {
        if (Hidden is { } hidden && hidden.Any(static units => units < 1)) throw DecoupledErrors.BadOption(nameof(Hidden), string.Join(", ", hidden), "layers of at least 1 unit");
        if (Kernel < 1 || Kernel % 2 == 0) throw DecoupledErrors.BadOption(nameof(Kernel), Kernel.ToString(CultureInfo.InvariantCulture), "an odd number from 1 on, which keeps height and width");
        if (RateFactor is { } factor && !(factor > 0 && float.IsFinite(factor))) throw DecoupledErrors.BadOption(nameof(RateFactor), factor.ToString(CultureInfo.InvariantCulture), "a finite number above 0");
        RequirePlainSteps(Optimizer);
    }

    /// <summary>A segment cannot look at the loss a second time before its update.</summary>
    internal static void RequirePlainSteps(UpdateMethod method)
    {
        if (method.Ascent > 0) throw DecoupledErrors.TwoPasses(method.Name);
    }

    internal float FactorFor(UpdateMethod network) => RateFactor
        ?? (OptimizerTable.Names.Contains(network.Name) && OptimizerTable.Names.Contains(Optimizer.Name) ? OptimizerTable.UsualLearningRate(Optimizer.Name) / OptimizerTable.UsualLearningRate(network.Name) : 1);
}
