using Evenkeel.Engine;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Lab.Trials;
using Evenkeel.Layers;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Losses;
using Evenkeel.Optimization.Optimizers;

namespace Evenkeel.Lab.Experiments.Ioffe2015;

/// <summary>Section 2's example: <c>BN(u + b)</c> with one feature, trained towards values that lie one half above the output, so that the gradient by the output is the same in every step.</summary>
/// <remarks>With statistics as constants b should move by <c>rate * 2 * 1/2 / deviation = rate / deviation</c> per step without end; inside the graph the gradient by b is 0.</remarks>
internal static class BiasUnderNormalization
{
    public const int Steps = 100;
    public const float Rate = 0.1f;
    private const int Count = 64;

    /// <summary>The bias and the loss after every step.</summary>
    public static (double[] Bias, double[] Loss) Run(StatisticsGradient gradient)
    {
        var network = new Functional((scope, input) =>
        {
            var bias = scope.Parameter("bias", Shape.Of(1), new Normal(0), decays: false);
            var sum = new BiasAddNode(scope.NameOf("sum"), input, bias, dropIfCancelled: false).Output;
            return scope.Apply("bn", new BatchNorm(new BatchNormOptions { Scale = AffineParameter.Off, Shift = AffineParameter.Off, StatisticsGradient = gradient }), sum);
        });
        var features = Features();
        float[] output;
        using (var probe = new LayerProbe(network, [1], Count)) output = probe.Forward(features);
        var model = network.Build(Shape.Batch(1));
        using var plan = TrainingPlan.Compile(model, new MeanSquaredError(), new Sgd(), new PlanOptions { Capacity = Count, Threads = 1 });
        plan.LearningRate = Rate;
        var targets = Array.ConvertAll(output, static value => value + 0.5f);
        var (biases, losses) = (new double[Steps], new double[Steps]);
        for (var step = 0; step < Steps; step++)
        {
            losses[step] = plan.Step(features, targets).Loss;
            biases[step] = model.Parameters["bias"].Span[0];
        }

        return (biases, losses);
    }

    /// <summary>Numbers of mean 0 and deviation 1, up to rounding.</summary>
    public static float[] Features()
    {
        var values = LayerProbe.Normal(Count, "features");
        var mean = values.Average(static value => (double)value);
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        return Array.ConvertAll(values, value => (float)((value - mean) / deviation));
    }
}
