using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Rewriting;

namespace Evenkeel.Training.Diagnostics.Probing;

/// <summary>Models with values of their own, so that probes and sweeps never touch the patient's.</summary>
internal static class ModelCopy
{
    /// <summary>The same graph with a copy of the values.</summary>
    public static Model Of(Model model) => WithValues(model, model.Output);

    /// <summary>The graph with every dropout taken out, with a copy of the values.</summary>
    public static Model WithoutDropout(Model model) =>
        WithValues(model, GraphRewriter.Rewrite([model.Output], static (node, inputs) => node is DropoutNode ? [inputs[0], inputs[0]] : null)[0]);

    /// <summary>The graph with evaluation by running statistics alone, with a copy of the values.</summary>
    public static Model WithoutSampleWeights(Model model) =>
        WithValues(model, GraphRewriter.Rewrite([model.Output], static (node, inputs) => node is BatchNormNode { Options.SampleWeight: > 0 } norm ? ((BatchNormNode)norm.WithInputs(inputs)).With(norm.Options with { SampleWeight = 0 }).Outputs : null)[0]);

    private static Model WithValues(Model model, Value output)
    {
        var copy = new Model(model.Input, output, model.Seed);
        copy.Parameters.CopyFrom(model.Parameters);
        copy.States.CopyFrom(model.States);
        return copy;
    }
}
