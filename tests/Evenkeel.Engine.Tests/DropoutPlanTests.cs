using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.Layers.Models;
using Evenkeel.Numerics.Randomness;
using Evenkeel.TestKit;

namespace Evenkeel.Engine.Tests;

public sealed class DropoutPlanTests
{
    private const int Side = 3;
    private const int Channels = 5;
    private const int Samples = 4;
    private const double Close = 1e-4;

    public static TheoryData<Layer> Layers => [new SpatialDropout(0.5f), new StochasticDepth(0.5f), new Dropout(0.5f)];

    /// <summary>Images of ones go through dropout and a sum, so that the loss is a function of the mask alone, and the mask one of seed, name, attempt and place.</summary>
    [Theory]
    [MemberData(nameof(Layers))]
    public void What_is_dropped_is_what_the_stream_says_and_gradients_pass_where_numbers_do(Layer layer)
    {
        var model = new Sequential(("first", new Scale(1)), ("drop", layer), ("flat", new Flatten()), ("out", new Dense(1, new DenseOptions { Bias = BiasUse.Never, WeightInitializer = Constant.One })))
            .Build(Shape.Batch(Side, Side, Channels), 3);
        foreach (var threads in new[] { 1, 2 })
        {
            using var plan = TrainingPlan.Compile(model, new MeanSquaredError(), new Momentum(), new PlanOptions { Capacity = Samples, Seed = 9, Threads = threads });
            plan.LearningRate = 0;
            var slot = plan.CreateSlot();
            slot.Count = Samples;
            slot.Features.Fill(1);
            slot.Targets.Clear();
            var kinds = new HashSet<double>();
            for (var attempt = 0; attempt < 6; attempt++)
            {
                var sums = new double[Samples];
                var weights = new double[Side * Side * Channels];
                for (var i = 0; i < Samples * weights.Length; i++) sums[i / weights.Length] += Mask(layer, i, (ulong)plan.Attempts);
                for (var i = 0; i < Samples * weights.Length; i++) weights[i % weights.Length] += 2.0 / Samples * sums[i / weights.Length] * Mask(layer, i, (ulong)plan.Attempts);
                var loss = plan.Step(slot).Loss;
                Assert.Equal(sums.Sum(static sum => sum * sum) / Samples, loss, Close * (1 + loss));
                var gradient = plan.Gradients["out.weight"].ToArray();
                for (var i = 0; i < weights.Length; i++) Assert.Equal(weights[i], gradient[i], Close * (1 + Math.Abs(weights[i])));
                kinds.Add(loss);
            }

            Assert.True(kinds.Count > 2);
        }

        using var evaluation = EvaluationPlan.Compile(model, new MeanSquaredError(), new PlanOptions { Capacity = Samples });
        var input = evaluation.CreateSlot();
        input.Count = Samples;
        input.Features.Fill(1);
        input.Targets.Clear();
        Assert.Equal(Math.Pow(Side * Side * Channels, 2), evaluation.Run(input).Loss, 1.0);
    }

    [Fact]
    public void Blocks_of_a_residual_network_are_skipped_more_the_deeper_they_stand_and_train_the_same_for_every_number_of_threads()
    {
        var options = new ModelOptions { Outputs = 3, Normalization = NormalizationKind.Batch, StochasticDepth = 0.4f };
        Model Build() => CifarResNet.Create(8, options).Build(Shape.Batch(8, 8, 3), 5);
        Assert.Equal([0.4f / 3, 0.8f / 3, 0.4f], Build().Nodes.OfType<DropoutNode>().Select(static node => node.Rate));
        Assert.All(Build().Nodes.OfType<DropoutNode>(), static node => Assert.Equal(DropoutUnit.Sample, node.Unit));
        Assert.Empty(CifarResNet.Create(8, options with { StochasticDepth = 0 }).Build(Shape.Batch(8, 8, 3), 5).Nodes.OfType<DropoutNode>());
        Assert.Equal(Train(1), Train(2));

        byte[] Train(int threads)
        {
            var model = Build();
            using var plan = TrainingPlan.Compile(model, new SoftmaxCrossEntropy(), new Momentum(), new PlanOptions { Capacity = 12, Threads = threads });
            var slot = plan.CreateSlot();
            for (var step = 0; step < 4; step++)
            {
                var random = new SeededRandom((ulong)step);
                slot.Fill(random.Floats(12 * 8 * 8 * 3), random.Labels(12, 3));
                Assert.True(plan.Step(slot).Committed);
            }

            return [.. model.Parameters.SelectMany(static tensor => tensor.ToArray()).SelectMany(BitConverter.GetBytes)];
        }
    }

    private static double Mask(Layer layer, int index, ulong attempt)
    {
        var sample = index / (Side * Side * Channels);
        var word = layer switch
        {
            SpatialDropout => (sample * Channels) + (index % Channels),
            StochasticDepth => sample,
            _ => index,
        };
        return new RandomStream(9, "drop").Word((ulong)word, attempt) >= 0x8000_0000 ? 2 : 0;
    }
}
