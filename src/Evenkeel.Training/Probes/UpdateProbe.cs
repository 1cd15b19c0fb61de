using Evenkeel.Graph.Models;

namespace Evenkeel.Training.Probes;

/// <summary>How a step moved a weight.</summary>
/// <param name="Weight">The weight.</param>
/// <param name="Norm">Its length before the step.</param>
/// <param name="Update">The length of its change.</param>
/// <param name="GradientNorm">The length of its gradient; NaN where none was given.</param>
/// <param name="Turn">The angle between the weight before and behind the step, in radians: how far a weight in front of normalisation, whose length means nothing, has come.</param>
/// <param name="EffectiveRate">The rate over the squared length: the rate that a weight of length 1 in front of normalisation would need for the same turn (van Laarhoven, arXiv 1706.05350).</param>
public readonly record struct UpdateReading(string Weight, double Norm, double Update, double GradientNorm, double Turn, double EffectiveRate)
{
    /// <summary>Update over weight; about a thousandth is usual, far above a hundredth is rough, far below a ten-thousandth is slow.</summary>
    public double Ratio => Update / Norm;
}

/// <summary>Compares every weight before and behind a step: update-to-weight ratio, gradient norm, effective learning rate.</summary>
/// <remarks>It keeps a copy of the weights and reads the model alone, so a run beside it keeps its bits. One thread at a time may use a probe.</remarks>
public sealed class UpdateProbe
{
    private readonly Model _model;
    private readonly Tensor<float>[] _weights;
    private readonly float[] _before;

    /// <summary>Makes the probe; nothing of the model changes.</summary>
    /// <param name="model">The model that is trained. Its weights that decay are followed: those of products.</param>
    public UpdateProbe(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        var names = model.ParameterNodes.Where(static node => node is { Decays: true, IsTrainable: true }).Select(static node => node.Name).ToHashSet(StringComparer.Ordinal);
        _weights = [.. GradientShiftProbe.InOrderOfUse(model).Where(names.Contains).Select(name => model.Parameters[name])];
        _before = new float[model.Parameters.Length];
    }

    /// <summary>The weights, from the input to the output.</summary>
    public IEnumerable<string> Weights => _weights.Select(static weight => weight.Name);

    /// <summary>Whether weights are kept that <see cref="End"/> will be compared with.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Keeps the weights as they are before a step.</summary>
    public void Begin()
    {
        _model.Parameters.Span.CopyTo(_before);
        HasBegun = true;
    }

    /// <summary>Compares with the weights behind it.</summary>
    /// <param name="rate">The learning rate of the step.</param>
    /// <param name="gradients">The gradients of the step; null where they are not at hand.</param>
    /// <returns>A reading per weight.</returns>
    /// <exception cref="InvalidOperationException">There was no <see cref="Begin"/>.</exception>
    public UpdateReading[] End(double rate, TensorStore<float>? gradients = null)
    {
        if (!HasBegun) throw new InvalidOperationException("Begin keeps the weights before the step.");
        HasBegun = false;
        return [.. _weights.Select(weight =>
        {
            var before = _before.AsSpan((int)weight.Offset, weight.Length);
            var (squared, after) = (ParameterWalk.Product(before, before), ParameterWalk.Product(weight.Span, weight.Span));
            var cosine = ParameterWalk.Product(before, weight.Span) / Math.Sqrt(squared * after);
            var gradient = gradients is null ? double.NaN : Math.Sqrt(ParameterWalk.Product(gradients[weight.Name].Span, gradients[weight.Name].Span));
            return new UpdateReading(weight.Name, Math.Sqrt(squared), ParameterWalk.Distance(weight.Span, before), gradient, Math.Acos(Math.Clamp(cosine, -1, 1)), rate / squared);
        })];
    }
}
