using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Goldens;

/// <summary>The book against the optimizers of PyTorch beyond gradient descent and Adam.</summary>
public class OptimizerGoldenTests
{
    private delegate void Update(double[] w, double[] gradient, double[] first, double[] second, double[] third, int t);

    private static readonly Dictionary<string, Update> Rules = new()
    {
        ["adagrad"] = (w, g, a, _, _, _) => AdaGrad.Step(w, g, a, 0.1),
        ["adagrad_decay"] = (w, g, a, _, _, _) => AdaGrad.Step(w, g, a, 0.1, weightDecay: 0.05),
        ["rmsprop"] = (w, g, a, b, c, _) => RmsProp.Step(w, g, a, b, c, 0.02),
        ["rmsprop_momentum"] = (w, g, a, b, c, _) => RmsProp.Step(w, g, a, b, c, 0.02, 0.9, 0.8, weightDecay: 0.05),
        ["rmsprop_centered"] = (w, g, a, b, c, _) => RmsProp.Step(w, g, a, b, c, 0.02, 0.9, 0.8, centered: true),
        ["adadelta"] = (w, g, a, b, _, _) => AdaDelta.Step(w, g, a, b),
        ["adadelta_decay"] = (w, g, a, b, _, _) => AdaDelta.Step(w, g, a, b, 0.5, 0.8, weightDecay: 0.05),
        ["adamax"] = (w, g, a, b, _, t) => AdaMax.Step(w, g, a, b, t, 0.02),
        ["adamax_decay"] = (w, g, a, b, _, t) => AdaMax.Step(w, g, a, b, t, 0.02, 0.8, 0.95, weightDecay: 0.05),
        ["nadam"] = (w, g, a, b, _, t) => NAdam.Step(w, g, a, b, t, 0.02),
        ["nadam_decay"] = (w, g, a, b, _, t) => NAdam.Step(w, g, a, b, t, 0.02, 0.8, 0.95, momentumDecay: 0.1, weightDecay: 0.05),
        ["amsgrad"] = (w, g, a, b, c, t) => AmsGrad.Step(w, g, a, b, c, t, 0.02, 0.9, 0.5),
        ["amsgrad_decay"] = (w, g, a, b, c, t) => AmsGrad.Step(w, g, a, b, c, t, 0.02, 0.9, 0.5, weightDecay: 0.05),
    };

    public static TheoryData<string> Names => [.. Rules.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Update_rules_walk_the_same_path(string rule)
    {
        Golden golden = Golden.Load("more-optimizers");
        double[] w = [.. golden["initial"]], first = new double[5], second = new double[5], third = new double[5];
        List<double> path = [];
        for (int t = 1; t <= 12; t++)
        {
            Rules[rule](w, golden["gradients"][((t - 1) * 5)..(t * 5)], first, second, third, t);
            path.AddRange(w);
        }
        Expect.Close(golden[rule], path.ToArray(), Tolerances.Golden, rule);
    }

    [Fact]
    public void The_cosine_with_restarts_has_the_same_rates() =>
        Expect.Close(Golden.Load("more-optimizers")["cosine_restarts_rates"], [.. Enumerable.Range(0, 40).Select(t => CosineSchedule.WithRestarts(t, 0.3, 5, 2, 0.01))], Tolerances.Golden);
}
