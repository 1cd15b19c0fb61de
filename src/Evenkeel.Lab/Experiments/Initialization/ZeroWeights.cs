using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Models;
using Evenkeel.Lab.Claims;
using Evenkeel.Lab.Runs;
using Evenkeel.Lab.Trials;
using Evenkeel.Reports.Pages;

namespace Evenkeel.Lab.Experiments.Initialization;

/// <summary>All weights zero: symmetric sigmoid units, and nothing at all for tanh, ReLU and batch normalisation.</summary>
public sealed class ZeroWeights : Experiment
{
    private const int Units = 32;

    /// <inheritdoc/>
    public override Claim Claim { get; } = new("C44", Topics.Initialization, "Zero weights make a layer act as one weight")
    {
        Source = "S4",
        Phrase = "W=0 ... 1개의 weight를 사용하는 것과 같은",
        Question = "What do networks learn whose weights all begin at zero?",
        Criterion = "Sigmoid: hidden units stay identical to the bit. Tanh and ReLU: hidden weights never move and the accuracy is the share of one class. With batch normalisation too the units stay identical to the bit.",
        Cost = new(new(1, 1), new(20, 1), new(20, 1)),
        Datasets = [Mnist.Name],
    };
    /// <inheritdoc/>
    public override Outcome Run(ExperimentContext context)
    {
        var test = context.Data(Mnist.Name).Test;
        var classes = Enumerable.Range(0, test.Count).CountBy(test.ReadLabel).ToArray();
        var largest = classes.Max(static pair => pair.Value) / (double)test.Count;
        var steps = context.Of(2, 300, 1000, 1000);
        var runs = ((string Name, string Activation, bool BatchNorm)[])[("sigmoid", "sigmoid", false), ("tanh", "tanh", false), ("ReLU", "relu", false), ("sigmoid, normalised", "sigmoid", true)];
        var seen = runs.Select(run =>
        {
            var trial = new PerceptronTrial { Hidden = [Units, Units], Activation = run.Activation, BatchNorm = run.BatchNorm, Deviation = 0, Rate = 0.5f, Seed = 1, Steps = steps, Checkpoints = [steps] };
            var series = trial.Run(new TrialContext(context.Data(Mnist.Name), static _ => { }, context.Cancellation), out var model);
            return (Accuracy: series["accuracy"][0], Difference: LargestDifference(model), Movement: HiddenMovement(model));
        }).ToArray();
        bool IsStuck((double Accuracy, double Difference, double Movement) run) => run.Movement == 0;
        Finding[] findings =
        [
            new("sigmoid: largest difference of two units of a layer, in any weight", "0 to the bit", Judge.Number(seen[0].Difference), "as one weight", seen[0].Difference == 0),
            new("tanh: largest hidden weight", "0 to the bit", Judge.Number(seen[1].Movement), "as one weight", IsStuck(seen[1])),
            new("ReLU: largest hidden weight", "0 to the bit", Judge.Number(seen[2].Movement), "as one weight", IsStuck(seen[2])),
            new("sigmoid, normalised: largest difference of two units of a layer", "0 to the bit", Judge.Number(seen[3].Difference), "as one weight", seen[3].Difference == 0),
            new("tanh, ReLU: highest accuracy", "the share of one class", FormattableString.Invariant($"{100 * seen[1..3].Max(static run => run.Accuracy):0.00}%, the largest class has {100 * largest:0.00}%"), "not said", seen[1..3].All(run => classes.Any(pair => Math.Abs(run.Accuracy - (pair.Value / (double)test.Count)) < 1e-9))),
        ];
        return Outcome.Of(context, Claim, findings, "It is worse than the note says. Only sigmoid units move, and they stay copies of one another. With tanh and ReLU the activations are 0, so every hidden gradient is exactly 0 and the output's bias learns the frequencies of the classes. Batch normalisation does not help either: it divides 0 by the root of epsilon. What its weights do move comes of the rounding of sums that are 0 in exact arithmetic, 300 times larger behind that division; at epsilon 1 they stay where they are. Its units, too, remain copies.") with
        {
            Evidence = [new PageSection("After training from zero").Table(new PageTable(
                [new("network"), new("test accuracy", true), new("difference of units", true), new("largest hidden weight", true)],
                [.. runs.Select((run, i) => (IReadOnlyList<string>)[run.Name, FormattableString.Invariant($"{100 * seen[i].Accuracy:0.00}%"), Judge.Number(seen[i].Difference), Judge.Number(seen[i].Movement)])])
            { Caption = FormattableString.Invariant($"784-{Units}-{Units}-10, all weights 0 at the start, {steps} steps at rate 0.5") })],
        };
    }

    private static double LargestDifference(Model model) => HiddenWeights(model).Max(static weight =>
    {
        var values = weight.Span;
        var columns = weight.Shape.Sizes[1];
        var largest = 0.0;
        for (var i = 0; i < values.Length; i++) largest = Math.Max(largest, Math.Abs(values[i] - values[i / columns * columns]));
        return largest;
    });

    private static double HiddenMovement(Model model) => HiddenWeights(model).Max(static weight => weight.ToArray().Max(Math.Abs));

    private static IEnumerable<Tensor<float>> HiddenWeights(Model model) => [model.Parameters["hidden1.weight"], model.Parameters["hidden2.weight"]];
}
