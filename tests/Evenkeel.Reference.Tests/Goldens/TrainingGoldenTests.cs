using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Goldens;

/// <summary>The book against PyTorch: update rules, the cosine, and a whole network over five steps.</summary>
public class TrainingGoldenTests
{
    private delegate void Update(double[] w, double[] gradient, double[] first, double[] second, int t);

    private static readonly Dictionary<string, Update> Rules = new()
    {
        ["sgd"] = (w, g, v, _, _) => Sgd.Step(w, g, v, 0.1),
        ["sgd_decay"] = (w, g, v, _, _) => Sgd.Step(w, g, v, 0.1, weightDecay: 0.05),
        ["momentum"] = (w, g, v, _, _) => Sgd.Step(w, g, v, 0.1, 0.9),
        ["momentum_decay"] = (w, g, v, _, _) => Sgd.Step(w, g, v, 0.1, 0.9, weightDecay: 0.05),
        ["nesterov"] = (w, g, v, _, _) => Sgd.Step(w, g, v, 0.1, 0.9, nesterov: true),
        ["nesterov_decay"] = (w, g, v, _, _) => Sgd.Step(w, g, v, 0.1, 0.9, nesterov: true, weightDecay: 0.05),
        ["adam"] = (w, g, m, v, t) => Adam.Step(w, g, m, v, t, 0.01),
        ["adam_decay"] = (w, g, m, v, t) => Adam.Step(w, g, m, v, t, 0.01, weightDecay: 0.05),
        ["adam_betas"] = (w, g, m, v, t) => Adam.Step(w, g, m, v, t, 0.02, 0.8, 0.99, 1e-3),
        ["adamw"] = (w, g, m, v, t) => Adam.DecoupledStep(w, g, m, v, t, 0.01, weightDecay: 0.05),
    };

    public static TheoryData<string> RuleNames => [.. Rules.Keys];

    [Theory, MemberData(nameof(RuleNames))]
    public void Update_rules_walk_the_same_path(string rule)
    {
        Golden golden = Golden.Load("optimizers");
        double[] w = [.. golden["initial"]], first = new double[5], second = new double[5];
        List<double> path = [];
        for (int t = 1; t <= 12; t++)
        {
            Rules[rule](w, golden["gradients"][((t - 1) * 5)..(t * 5)], first, second, t);
            path.AddRange(w);
        }
        Expect.Close(golden[rule], path.ToArray(), Tolerances.Golden, rule);
    }

    [Fact]
    public void The_cosine_has_the_same_rates()
    {
        double[] rates = [.. Enumerable.Range(0, 20).Select(t => CosineSchedule.Rate(t, 0.3, 20, floor: 0.01))];
        Expect.Close(Golden.Load("optimizers")["cosine_rates"], rates, Tolerances.Golden);
    }

    [Fact]
    public void A_whole_network_trains_and_evaluates_as_PyTorch()
    {
        Golden golden = Golden.Load("network");
        string[] trained = ["dense1.weight", "norm1.gamma", "norm1.beta", "dense2.weight", "norm2.gamma", "norm2.beta", "dense3.weight", "dense3.bias"];
        string[] running = ["norm1.running_mean", "norm1.running_var", "norm2.running_mean", "norm2.running_var"];
        Dictionary<string, double[]> p = trained.Concat(running).ToDictionary(n => n, n => (double[])[.. golden[$"initial.{n}"]]);
        Dictionary<string, double[]> velocity = trained.ToDictionary(n => n, n => new double[p[n].Length]);
        double epsilon = golden.Number("epsilon"), rate = golden.Number("rate"), momentum = golden.Number("momentum"), running1 = golden.Number("running_momentum");
        for (int step = 0; step < 5; step++)
        {
            double[] x = golden[$"step{step}.x"];
            int[] labels = golden.Integers($"step{step}.labels");
            const int n = 16;
            double[] z1 = MatrixProduct.Multiply(x, p["dense1.weight"], n, 7, 12, transposeB: true), y1 = BatchNorm.Forward(z1, 7, p["norm1.gamma"], p["norm1.beta"], epsilon).Y, a1 = Activation.Sigmoid.Apply(y1);
            double[] z2 = MatrixProduct.Multiply(a1, p["dense2.weight"], n, 5, 7, transposeB: true), y2 = BatchNorm.Forward(z2, 5, p["norm2.gamma"], p["norm2.beta"], epsilon).Y, a2 = Activation.Sigmoid.Apply(y2);
            double[] logits = MatrixProduct.Multiply(a2, p["dense3.weight"], n, 4, 5, transposeB: true, bias: p["dense3.bias"]);
            Expect.Close(golden["losses"][step], SoftmaxCrossEntropy.Loss(logits, labels, 4), Tolerances.Golden, $"loss of step {step}");

            MatrixProductGradients d3 = MatrixProduct.Backward(SoftmaxCrossEntropy.Gradient(logits, labels, 4), a2, p["dense3.weight"], n, 4, 5, transposeB: true);
            BatchNormGradients b2 = BatchNormBackward.Compact(Activation.Sigmoid.Backward(d3.A, y2), z2, 5, p["norm2.gamma"], epsilon);
            MatrixProductGradients d2 = MatrixProduct.Backward(b2.X, a1, p["dense2.weight"], n, 5, 7, transposeB: true);
            BatchNormGradients b1 = BatchNormBackward.Compact(Activation.Sigmoid.Backward(d2.A, y1), z1, 7, p["norm1.gamma"], epsilon);
            MatrixProductGradients d1 = MatrixProduct.Backward(b1.X, x, p["dense1.weight"], n, 7, 12, transposeB: true);
            Dictionary<string, double[]> gradients = new()
            {
                ["dense1.weight"] = d1.B,
                ["norm1.gamma"] = b1.Gamma,
                ["norm1.beta"] = b1.Beta,
                ["dense2.weight"] = d2.B,
                ["norm2.gamma"] = b2.Gamma,
                ["norm2.beta"] = b2.Beta,
                ["dense3.weight"] = d3.B,
                ["dense3.bias"] = d3.Bias,
            };
            foreach (string name in trained)
            {
                if (step == 0) Expect.Close(golden[$"step0.gradient.{name}"], gradients[name], Tolerances.Golden, $"gradient {name}");
                Sgd.Step(p[name], gradients[name], velocity[name], rate, momentum);
            }
            foreach ((string norm, double[] z, int channels) in ((string, double[], int)[])[("norm1", z1, 7), ("norm2", z2, 5)])
            {
                Moments moments = BatchNorm.Moments(z, channels);
                p[$"{norm}.running_mean"] = RunningAverage.PyTorch(p[$"{norm}.running_mean"], moments.Mean, running1);
                p[$"{norm}.running_var"] = RunningAverage.PyTorch(p[$"{norm}.running_var"], moments.SampleVariance, running1);
            }
            foreach (string name in p.Keys) Expect.Close(golden[$"step{step}.{name}"], p[name], Tolerances.Golden, $"step {step} {name}");
        }
        double[] e1 = BatchNorm.ForwardWith(p["norm1.running_mean"], p["norm1.running_var"], MatrixProduct.Multiply(golden["eval.x"], p["dense1.weight"], 8, 7, 12, transposeB: true), 7, p["norm1.gamma"], p["norm1.beta"], epsilon).Y;
        double[] e2 = BatchNorm.ForwardWith(p["norm2.running_mean"], p["norm2.running_var"], MatrixProduct.Multiply(Activation.Sigmoid.Apply(e1), p["dense2.weight"], 8, 5, 7, transposeB: true), 5, p["norm2.gamma"], p["norm2.beta"], epsilon).Y;
        double[] output = MatrixProduct.Multiply(Activation.Sigmoid.Apply(e2), p["dense3.weight"], 8, 4, 5, transposeB: true, bias: p["dense3.bias"]);
        Expect.Close(golden["eval.logits"], output, Tolerances.Golden, "evaluation");
    }
}
