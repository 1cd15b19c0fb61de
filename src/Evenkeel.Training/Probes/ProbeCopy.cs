using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Training.Diagnostics.Probing;

namespace Evenkeel.Training.Probes;

/// <summary>A copy of a model to walk about with: its gradients, and where each measurement starts.</summary>
internal sealed class ProbeCopy : IDisposable
{
    public ProbeCopy(Model model, Loss loss, PlanOptions options)
    {
        (Original, Model) = (model, ModelCopy.Of(model));
        Plan = GradientPlan.Compile(Model, loss, options: options);
        Start = new float[Model.Parameters.Length];
    }

    public Model Original { get; }

    public Model Model { get; }

    public GradientPlan Plan { get; }

    /// <summary>The parameters at the beginning of the measurement.</summary>
    public float[] Start { get; }

    /// <summary>Takes the model's present values.</summary>
    /// <param name="attempt">Indexes the random streams.</param>
    public void Begin(long attempt)
    {
        Model.Parameters.CopyFrom(Original.Parameters);
        Model.States.CopyFrom(Original.States);
        Model.Parameters.Span.CopyTo(Start);
        Plan.Attempt = attempt;
    }

    public void Dispose() => Plan.Dispose();
}
