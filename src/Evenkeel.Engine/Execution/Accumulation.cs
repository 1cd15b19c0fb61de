using Evenkeel.Engine.Steps;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;

namespace Evenkeel.Engine.Execution;

/// <summary>Makes several micro-batches one batch for batch normalisation: rounds of runs that gather statistics, forward from the input and backward from the output.</summary>
/// <remarks>
/// A layer's statistics are known once those of all layers before it are, so a round per depth of normalisation gathers them; likewise its backward sums, once those of all layers behind it are. A round runs every micro-batch as far as it must.
/// Memory is that of one micro-batch and a few numbers per channel; time grows with the number of normalisations on a path.
/// </remarks>
internal sealed class Accumulation
{
    private readonly CompiledPlan _plan;
    private readonly Layer[] _layers;
    private readonly int _forwardRounds;
    private readonly int _backwardRounds;

    /// <exception cref="EngineException">EK0350: a kind of normalisation cannot be merged over micro-batches.</exception>
    public Accumulation(CompiledPlan plan, Model model)
    {
        _plan = plan;
        var depths = Depths(model.Nodes, static node => node.Inputs.Select(static input => input.Producer));
        var readers = model.Nodes.SelectMany(static node => node.Inputs.Select(input => (input.Producer, Node: node))).ToLookup(static pair => pair.Producer, static pair => pair.Node);
        var heights = Depths(model.Nodes.Reverse(), node => readers[node]);
        var backward = plan.Context.Steps.OfType<BackwardFinalizeStep>().ToDictionary(static step => step.Forward, static step => step);
        _layers = [.. plan.Context.Steps.OfType<FinalizeStatisticsStep>().Select(step => new Layer(step, backward.GetValueOrDefault(step.Node), depths[step.Node], heights[step.Node]))];
        if (model.Nodes.FirstOrDefault(static node => node is RecurrentNode { Statistics.Count: > 0 } or MaskedBatchNormNode { NeedsBatchStatistics: true }) is { } sequential) throw EngineException.NotAccumulatedOverTime(sequential);
        if (model.Nodes.OfType<WhiteningNode>().FirstOrDefault(static node => !node.UsesRunning) is { } whitening) throw EngineException.NotAccumulated(whitening.Name);
        foreach (var node in model.Nodes.OfType<BatchNormNode>())
        {
            if (node.Options.GhostSize > 0 || node.Options.Divisor is BatchNormDivisor.MeanAbsolute or BatchNormDivisor.LargestAbsolute) throw EngineException.NotAccumulated(node.Name);
        }

        _forwardRounds = _layers.Select(static layer => layer.Depth).DefaultIfEmpty().Max();
        _backwardRounds = _layers.Where(static layer => layer.ThroughStatistics).Select(static layer => layer.Height).DefaultIfEmpty().Max();
    }

    /// <summary>What indexes the random streams of a micro-batch: that of the step for the first, so that a step of one is a plain step.</summary>
    public static long AttemptOf(long attempt, int part) => attempt + ((long)part << 40);

    /// <summary>Gathers the statistics of all micro-batches; afterwards every run uses them, until <see cref="End"/>.</summary>
    /// <param name="parts">The micro-batches.</param>
    /// <param name="attempt">The step's.</param>
    public void Begin(ReadOnlySpan<BatchSlot> parts, long attempt)
    {
        var total = 0;
        foreach (var part in parts) total += part.Count;
        foreach (var layer in _layers)
        {
            CompiledPlan.RequireBatch(layer.Step.Name, layer.Step.Node.Input.Shape, total);
            layer.Exchange.Clear();
            layer.Exchange.Count = layer.Step.Node.Input.Shape.Rows(total);
            layer.Attach();
        }

        for (var round = 1; round <= _forwardRounds; round++)
        {
            var gathers = _layers.Where(layer => layer.Depth == round).ToArray();
            foreach (var layer in gathers) layer.Exchange.Forward = ExchangeMode.Gather;
            Round(parts, attempt, total, gathers.Select(static layer => (Step)layer.Step));
            foreach (var layer in gathers) layer.Exchange.Forward = ExchangeMode.Given;
        }

        for (var round = 1; round <= _backwardRounds; round++)
        {
            var gathers = _layers.Where(layer => layer.Height == round && layer.ThroughStatistics).ToArray();
            foreach (var layer in gathers) layer.Exchange.Backward = ExchangeMode.Gather;
            Round(parts, attempt, total, gathers.Select(static layer => (Step)layer.Backward!));
            foreach (var layer in gathers) layer.Exchange.Backward = ExchangeMode.Given;
        }
    }

    /// <summary>Tells the layers how large the coming run is.</summary>
    public void Select(int count, int total)
    {
        foreach (var layer in _layers) layer.Exchange.Select((double)count / total);
    }

    /// <summary>Lets every run use its own statistics again.</summary>
    public void End()
    {
        foreach (var layer in _layers) layer.Detach();
    }

    private void Round(ReadOnlySpan<BatchSlot> parts, long attempt, int total, IEnumerable<Step> until)
    {
        var regions = until.Select(_plan.RegionOf).DefaultIfEmpty(-1).Max() + 1;
        for (var i = 0; i < parts.Length; i++)
        {
            _plan.Binding.Attempt = AttemptOf(attempt, i);
            Select(parts[i].Count, total);
            _plan.Run(parts[i], regions);
        }
    }

    /// <summary>For every node how many normalisations lie on a path up to and with it, at most.</summary>
    private static Dictionary<Node, int> Depths(IEnumerable<Node> order, Func<Node, IEnumerable<Node>> before)
    {
        var depths = new Dictionary<Node, int>(ReferenceEqualityComparer.Instance);
        foreach (var node in order) depths[node] = before(node).Select(other => depths.GetValueOrDefault(other)).DefaultIfEmpty().Max() + (node is BatchNormNode ? 1 : 0);
        return depths;
    }

    private sealed record Layer(FinalizeStatisticsStep Step, BackwardFinalizeStep? Backward, int Depth, int Height)
    {
        public StatisticsExchange Exchange { get; } = new(Step.Node.Input.Shape.Channels);

        public bool ThroughStatistics => Backward is { ThroughStatistics: true };

        public void Attach()
        {
            Step.Exchange = Exchange;
            if (Backward is not null) Backward.Exchange = Exchange;
        }

        public void Detach()
        {
            Step.Exchange = null;
            if (Backward is not null) Backward.Exchange = null;
        }
    }
}
