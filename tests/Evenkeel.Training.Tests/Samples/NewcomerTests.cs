using Evenkeel.Engine;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Models;
using Evenkeel.Numerics.Packs;
using Evenkeel.Optimization.Optimizers;
using Evenkeel.TestKit;
using Evenkeel.Training.Checkpoints;
using Evenkeel.Training.Diagnostics;
using Evenkeel.Training.Tests.Support;
using OwnParts;

namespace Evenkeel.Training.Tests.Samples;

/// <summary>The parts of the newcomer's guide: every one has its row of laws here, and all of them train together by their names.</summary>
public sealed unsafe class NewcomerTests
{
    public NewcomerTests() => NewcomersParts.Register();

    [Theory]
    [ClassData(typeof(WidthMatrix))]
    public void The_activation_is_its_formula_and_its_derivative_the_slope(int width) => PackWidths.Dispatch<ActivationLaws, bool>(width, default);

    [Fact]
    public void The_normalisation_leaves_a_mean_square_of_one_at_every_place()
    {
        var model = NormTable.Create("pixel")!.Build(Shape.Batch(5, 8));
        using var plan = ObservationPlan.Compile(model, [model.Output], training: true, new PlanOptions { Capacity = 8 });
        plan.Slot.Fill(new SeededRandom(1).Floats(8 * 5 * 8, 2, 3));
        plan.Run(plan.Slot);
        foreach (var place in plan.Read(model.Output).ToArray().Chunk(8)) Assert.Equal(1, place.Average(static value => (double)value * value), 1e-5);
    }

    [Fact]
    public void The_optimizer_follows_its_formula()
    {
        const int Count = 37;
        var random = new SeededRandom(2);
        var (parameters, momentum) = (random.Floats(Count), new float[Count]);
        var (expected, mean) = (Expect.Widen(parameters), new double[Count]);
        var sweeper = OptimizerTable.Create("signum", new OptimizerOptions { WeightDecay = 0.1f }).CreateSweeper(WidthMatrix.Supported[0]);
        for (var commit = 0; commit < 5; commit++)
        {
            var gradients = random.Floats(Count);
            gradients[0] = 0;
            fixed (float* w = parameters, g = gradients, m = momentum)
            {
                sweeper.Begin(commit, 0.01f);
                sweeper.Run(new UpdateRange(w, g, m, Count, 0, Count), decays: true);
            }

            for (var i = 0; i < Count; i++)
            {
                mean[i] = (0.9 * mean[i]) + (0.1 * gradients[i]);
                expected[i] -= 0.01 * (Math.Sign(mean[i]) + (0.1 * expected[i]));
            }
        }

        Expect.Close(expected, parameters, Tolerances.FloatArithmetic.Times(5));
    }

    [Fact]
    public void MY0001_a_weight_out_of_scale_is_found_and_a_healthy_model_is_not_accused()
    {
        var (model, options) = (Small.Model(), new DoctorOptions { With = Parts.Checks });
        Assert.DoesNotContain(Doctor.Examine(new Patient { Model = model }, options).Findings, static finding => finding.Code == "MY0001");
        model.Parameters["output.weight"].Span[3] = -500;
        var finding = Assert.Single(Doctor.Examine(new Patient { Model = model }, options).Findings, static finding => finding.Code == "MY0001");
        Assert.Equal(("output.weight", 500.0), (finding.Layer, finding.Evidence.Single().Value));
        Assert.DoesNotContain(Doctor.Examine(new Patient { Model = model }, options with { Without = ["MY0001"] }).Findings, static finding => finding.Code == "MY0001");
    }

    [Fact]
    public void All_of_them_train_by_their_names_and_come_back_from_a_checkpoint()
    {
        using var folder = new TemporaryFolder();
        var network = ModelTable.Create("mlp", new ModelOptions { Outputs = Small.Classes, Hidden = [24, 16], Activation = "squared_relu", Normalization = "pixel" });
        var model = network.Build(Shape.Batch(Small.Features), 3);
        var options = Small.Options with { Optimizer = OptimizerTable.Create("signum"), LearningRate = 0.002f, Epochs = 10, RunFolder = folder["run"] };
        var result = new Trainer(model, Small.Loss, options).Fit(Small.Rings(900, 1), Small.Rings(200, 2));
        Assert.InRange(result.TestAccuracy!.Value, 0.6, 1);
        Assert.Equal(result.WeightsHash, WeightsHash.Of(Checkpoint.LoadModel(folder["run"])));
    }

    private readonly struct ActivationLaws : IPackFunction<bool>
    {
        public bool Invoke<P>()
            where P : struct, IPack<P>
        {
            const float H = 1e-2f;
            foreach (var x in new SeededRandom(3).Floats(100, 0, 2))
            {
                Assert.Equal(Math.Pow(Math.Max(0, x), 2), First(SquaredRelu.Forward(P.Broadcast(x))), 1e-5);
                var slope = (First(SquaredRelu.Forward(P.Broadcast(x + H))) - First(SquaredRelu.Forward(P.Broadcast(x - H)))) / (2 * H);
                Assert.Equal(slope, First(SquaredRelu.Derivative(P.Broadcast(x))), 2 * H);
            }

            Assert.True(float.IsNaN(First(SquaredRelu.Forward(P.Broadcast(float.NaN)))));
            return true;
        }

        private static float First<P>(P value)
            where P : struct, IPack<P>
        {
            var lanes = stackalloc float[16];
            P.Store(lanes, value);
            return lanes[0];
        }
    }
}
