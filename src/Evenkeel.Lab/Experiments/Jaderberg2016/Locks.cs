using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Claims;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.Reports.Pages;
using Evenkeel.Training.Decoupled;

namespace Evenkeel.Lab.Experiments.Jaderberg2016;

/// <summary>The paper's locks, once as the order of what happens in a step, and once as what an update depends on.</summary>
public sealed class Locks : Experiment
{
    private const int Samples = 16;
    private const int Features = 12;
    private const int Classes = 4;
    private const int Layers = 4;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C72", Topics.Decoupled, "Forward, update and backward locking")
    {
        Name = "jaderberg2016/locks",
        Source = "S0; Jaderberg et al. 2016, sections 1 and 2",
        Phrase = "순방향, 역방향, 갱신 잠금",
        Question = "In which order do the layers' updates happen, and what does each of them wait for?",
        Criterion = "Order of events in a step of 4 layers: with backpropagation every update follows all forward and backward passes; with synthetic gradients every layer's update precedes the next layer's forward pass. " +
            "What updates depend on, found by changing one layer's parameters before the step: with backpropagation on all layers, with synthetic gradients on no layer above, with synthetic inputs too on no other layer.",
        Cost = Cost.Exact(1),
    };

    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var (locked, unlocked, apart) = (new DecoupledOptions { Gradients = GradientSource.Backpropagation }, Options(inputs: false), Options(inputs: true));
        var (lockedEvents, unlockedEvents) = (Events(locked), Events(unlocked));
        var firstUpdate = lockedEvents.FindIndex(static e => e.Action == SegmentAction.Update);
        var lastPass = lockedEvents.FindLastIndex(static e => e.Action is SegmentAction.Forward or SegmentAction.Backward);
        var early = Enumerable.Range(1, Layers - 1).Count(layer =>
            unlockedEvents.FindIndex(e => e.Action == SegmentAction.Update && e.Segment == layer) is >= 0 and var update
            && update < unlockedEvents.FindIndex(e => e.Action == SegmentAction.Forward && e.Segment == layer + 1));
        bool[,] all = Dependence(locked), below = Dependence(unlocked), own = Dependence(apart);
        int Count(bool[,] depends, Func<int, int, bool> where) => Enumerable.Range(0, Layers).Sum(i => Enumerable.Range(0, Layers).Count(j => where(i, j) && depends[i, j]));
        const int above = Layers * (Layers - 1) / 2;
        Finding[] findings =
        [
            new("backpropagation: place of the first update", "behind all forward and backward passes", Text($"event {firstUpdate + 1}, the last pass is event {lastPass + 1}"), "update locking", firstUpdate > lastPass),
            new("synthetic gradients: updates before the next layer's forward pass", Text($"{Layers - 1} of {Layers - 1}"), Text($"{early} of {Layers - 1}"), "update unlocked", early == Layers - 1),
            new("backpropagation: pairs of different layers where one's update depends on the other", Text($"{2 * above} of {2 * above}"), Text($"{Count(all, static (i, j) => i != j)}"), "all locks", Count(all, static (i, j) => i != j) == 2 * above),
            new("synthetic gradients: pairs where a layer's update depends on one above it", "none, and all below", Text($"{Count(below, static (i, j) => j > i)} above, {Count(below, static (i, j) => j < i)} of {above} below"), "forward locking alone is left", Count(below, static (i, j) => j > i) == 0 && Count(below, static (i, j) => j < i) == above),
            new("synthetic inputs too: pairs of different layers where one's update depends on the other", "0", Text($"{Count(own, static (i, j) => i != j)}"), "no locks", Count(own, static (i, j) => i != j) == 0),
        ];
        return Outcome.Of(context, Claim, findings, "Backpropagation makes every layer wait for all others, twice. A predicted gradient takes the way back out: a layer is updated before the next one has begun. Its input still comes from below; predicted inputs take that out as well, and then layers share nothing within a step but the batch.") with
        {
            Evidence =
            [
                new PageSection("Order of events").List(Text($"Backpropagation: {Line(lockedEvents)}"), Text($"Synthetic gradients: {Line(unlockedEvents)}"), Text($"Synthetic gradients and inputs: {Line(Events(apart))}")),
                new PageSection("What updates depend on").Table(new PageTable(
                    [new("the update of"), new("backpropagation"), new("synthetic gradients"), new("synthetic inputs too")],
                    [.. Enumerable.Range(0, Layers).Select(i => (IReadOnlyList<string>)[Text($"layer {i + 1}"), Row(all, i), Row(below, i), Row(own, i)])])
                { Caption = "Layers whose parameters change the gradient of a layer in the same step, by bits; modules start at random here, since from zero they predict nothing" }),
            ],
        };
    }

    private static DecoupledOptions Options(bool inputs) => new() { SyntheticInputs = inputs, Modules = new ModuleOptions { Hidden = [8], OutputWeights = LeCun.Normal } };

    private static List<SegmentEvent> Events(DecoupledOptions options)
    {
        var events = new List<SegmentEvent>();
        using var program = Compile(Build(), options);
        program.Trace = events.Add;
        Step(program);
        return events;
    }

    /// <summary>Whether the gradient of layer i changes when the parameters of layer j do.</summary>
    private static bool[,] Dependence(DecoupledOptions options)
    {
        var depends = new bool[Layers, Layers];
        var plain = Gradients(options, changed: -1);
        for (var j = 0; j < Layers; j++)
        {
            var other = Gradients(options, j);
            for (var i = 0; i < Layers; i++) depends[i, j] = !plain[i].AsSpan().SequenceEqual(other[i]);
        }

        return depends;
    }

    private static float[][] Gradients(DecoupledOptions options, int changed)
    {
        var model = Build();
        using var program = Compile(model, options);
        if (changed >= 0)
        {
            foreach (ref var value in model.Parameters[$"{program.Segments[changed]}.weight"].Span) value *= 1 + (0.3f * MathF.Sin(37 * value));
        }

        Step(program);
        return [.. program.Segments.Select(name => program.Gradients[$"{name}.weight"].ToArray())];
    }

    private static Model Build() => Mlp.Create(new ModelOptions { Outputs = Classes, Hidden = [10, 10, 10] }).Build(Shape.Batch(Features), seed: 1);

    private static DecoupledProgram Compile(Model model, DecoupledOptions options) => DecoupledProgram.Compile(model, new SoftmaxCrossEntropy(), new Sgd(), options, new PlanOptions { Capacity = Samples, Threads = 1 });

    private static void Step(DecoupledProgram program)
    {
        var slot = program.CreateSlot();
        new RandomStream(1, "features").FillNormal(slot.Features);
        for (var i = 0; i < Samples; i++) slot.Labels[i] = i % Classes;
        slot.Count = Samples;
        program.Step(slot);
    }

    private static string Line(IEnumerable<SegmentEvent> events) => string.Join(", ", events.Select(static e => Text($"{Name(e.Action)} {e.Segment}")));

    private static string Name(SegmentAction action) => action switch
    {
        SegmentAction.LearnGradient => "module learns",
        SegmentAction.LearnInput => "input module learns",
        _ => action.ToString().ToLowerInvariant(),
    };

    private static string Row(bool[,] depends, int layer) => string.Join(", ", Enumerable.Range(0, Layers).Where(j => depends[layer, j]).Select(static j => Text($"{j + 1}")));

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
