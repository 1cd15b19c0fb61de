using Evenkeel.Engine.Passes;
using Evenkeel.Graph.Autodiff;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Graph.Normalization;
using Evenkeel.Graph.Shapes;
using Evenkeel.Graph.Tests;
using Evenkeel.Layers;
using Evenkeel.Layers.Initializers;
using Evenkeel.Layers.Losses;
using Evenkeel.TestKit;

namespace Evenkeel.Engine.Tests;

/// <summary>Every layer in a plan, forward and backward, against the same graph run in double by the book: all widths, one and two threads, with and without passes.</summary>
public sealed class LayerPlanTests
{
    private static readonly Tolerance Plan = new(1e-7, 4e-5, "three chained layers in float, sums of up to a few hundred terms, relative to the largest gradient of a tensor");

    private static readonly Dictionary<string, (Layer Layer, Shape Input, Shape Shape, int Count)> Cases = new()
    {
        ["prelu"] = (new Prelu(), Shape.Batch(37), Shape.Batch(37), 6),
        ["prelu of images"] = (new Prelu(), Shape.Batch(24), Shape.Batch(4, 2, 3), 5),
        ["prelu between normalisations of images"] = (new Sequential(new BatchNorm(), new Prelu(), new BatchNorm()), Shape.Batch(24), Shape.Batch(4, 2, 3), 19),
        ["l1 batch norm"] = (new BatchNorm(new BatchNormOptions { Divisor = BatchNormDivisor.MeanAbsolute }), Shape.Batch(40), Shape.Batch(37), 12),
        ["l1 batch norm of images"] = (new Sequential(new BatchNorm(new BatchNormOptions { Divisor = BatchNormDivisor.MeanAbsolute }), new Sigmoid()), Shape.Batch(24), Shape.Batch(4, 2, 5), 19),
        ["l2 batch norm"] = (new Sequential(new BatchNorm(new BatchNormOptions { Divisor = BatchNormDivisor.RootMeanSquare }), new Sigmoid()), Shape.Batch(40), Shape.Batch(37), 12),
        ["l2 batch norm of images"] = (new BatchNorm(new BatchNormOptions { Divisor = BatchNormDivisor.RootMeanSquare, Scale = AffineParameter.Off }), Shape.Batch(60), Shape.Batch(4, 2, 5), 19),
        ["l-infinity batch norm"] = (new Sequential(new BatchNorm(new BatchNormOptions { Divisor = BatchNormDivisor.LargestAbsolute }), new Sigmoid()), Shape.Batch(40), Shape.Batch(37), 12),
        ["l-infinity batch norm of a few images"] = (new BatchNorm(new BatchNormOptions { Divisor = BatchNormDivisor.LargestAbsolute }), Shape.Batch(60), Shape.Batch(4, 2, 5), 3),
        ["l-infinity batch norm of images"] = (new Sequential(new BatchNorm(new BatchNormOptions { Divisor = BatchNormDivisor.LargestAbsolute }), new Sigmoid()), Shape.Batch(60), Shape.Batch(4, 2, 5), 19),
        ["ghost batch norm"] = (new Sequential(new BatchNorm(new BatchNormOptions { GhostSize = 3 }), new Sigmoid()), Shape.Batch(40), Shape.Batch(37), 13),
        ["ghost batch norm of images"] = (new BatchNorm(new BatchNormOptions { GhostSize = 4 }), Shape.Batch(60), Shape.Batch(4, 2, 5), 19),
        ["layer norm"] = (new LayerNorm(), Shape.Batch(40), Shape.Batch(37), 12),
        ["layer norm of a few rows"] = (new LayerNorm(new NormOptions { Scale = AffineParameter.Off, Shift = AffineParameter.Off }), Shape.Batch(40), Shape.Batch(64), 3),
        ["layer norm of images"] = (new Sequential(new LayerNorm(), new Prelu(), new LayerNorm(new NormOptions { Shift = AffineParameter.Off })), Shape.Batch(30), Shape.Batch(3, 2, 5), 19),
        ["rms norm"] = (new RmsNorm(), Shape.Batch(40), Shape.Batch(33), 12),
        ["rms norm with beta"] = (new RmsNorm(NormOptions.Default), Shape.Batch(30), Shape.Batch(3, 2, 5), 9),
        ["group norm"] = (new GroupNorm(4), Shape.Batch(64), Shape.Batch(3, 2, 8), 19),
        ["group norm of features"] = (new GroupNorm(4), Shape.Batch(40), Shape.Batch(36), 12),
        ["group norm of a few images"] = (new GroupNorm(2, new NormOptions { Scale = AffineParameter.Off }), Shape.Batch(60), Shape.Batch(3, 3, 6), 3),
        ["group norm of whole images"] = (new Sequential(new BatchNorm(), new Relu(), new GroupNorm(1)), Shape.Batch(40), Shape.Batch(3, 2, 5), 17),
        ["instance norm"] = (new InstanceNorm(), Shape.Batch(60), Shape.Batch(3, 3, 6), 19),
        ["local response norm"] = (new LocalResponseNorm(5, 2, 0.75f, 1), Shape.Batch(40), Shape.Batch(37), 12),
        ["local response norm of images"] = (new Sequential(new BatchNorm(), new LocalResponseNorm(3, 2, 0.75f, 1)), Shape.Batch(30), Shape.Batch(3, 2, 5), 19),
        ["standardised weights"] = (new Sequential(new Dense(33, new DenseOptions { Reparametrization = WeightReparametrization.Standardized }), new Sigmoid(), new Dense(5)), Shape.Batch(20), Shape.Batch(17), 9),
        ["normalised weights"] = (new Sequential(new Dense(33, new DenseOptions { Reparametrization = WeightReparametrization.Normalized }), new Sigmoid(), new Dense(5)), Shape.Batch(20), Shape.Batch(17), 9),
        ["standardised filters and groups"] = (new Sequential(new Convolution(8, 3, new ConvolutionOptions { Padding = 1, Reparametrization = WeightReparametrization.Standardized }), new GroupNorm(2), new Sigmoid()), Shape.Batch(24), Shape.Batch(5, 4, 3), 9),
        ["normalised filters"] = (new Sequential(new Convolution(17, 3, new ConvolutionOptions { Padding = 1, Reparametrization = WeightReparametrization.Normalized }), new Sigmoid()), Shape.Batch(24), Shape.Batch(5, 4, 3), 12),
        ["decorrelated batch norm"] = (new Sequential(new DecorrelatedBatchNorm(new WhiteningOptions { GroupSize = 16 }), new Sigmoid()), Shape.Batch(40), Shape.Batch(37), 60),
        ["decorrelated batch norm of images"] = (new DecorrelatedBatchNorm(new WhiteningOptions { GroupSize = 4, Iterations = 3 }, new NormOptions { Scale = AffineParameter.Off }), Shape.Batch(24), Shape.Batch(4, 2, 6), 9),
        ["spectral weights"] = (new Sequential(new Dense(33, new DenseOptions { Reparametrization = WeightReparametrization.Spectral }), new Sigmoid(), new Dense(5)), Shape.Batch(20), Shape.Batch(17), 9),
        ["spectral filters"] = (new Sequential(new Convolution(17, 3, new ConvolutionOptions { Padding = 1, Reparametrization = WeightReparametrization.Spectral }), new Sigmoid()), Shape.Batch(24), Shape.Batch(5, 4, 3), 12),
        ["maxout"] = (new Maxout(3), Shape.Batch(20), Shape.Batch(51), 7),
        ["maxout of images"] = (new Maxout(2), Shape.Batch(12), Shape.Batch(3, 2, 10), 4),
        ["convolution"] = (new Convolution(17, 3, new ConvolutionOptions { Padding = 1 }), Shape.Batch(24), Shape.Batch(5, 4, 3), 9),
        ["strided convolution with groups"] = (new Convolution(12, (2, 3), new ConvolutionOptions { Stride = 2, Groups = 2, Dilation = (1, 2), Padding = Padding.Same }), Shape.Batch(24), Shape.Batch(6, 5, 4), 5),
        ["depthwise convolution between normalisations"] = (new Sequential(new Convolution(18, 1), new BatchNorm(), new Convolution(18, 3, new ConvolutionOptions { Groups = ConvolutionOptions.Depthwise, Stride = 2, Padding = 1 }), new BatchNorm(), new Sigmoid()), Shape.Batch(24), Shape.Batch(5, 4, 3), 12),
        ["transposed convolution"] = (new TransposedConvolution(5, 3, new ConvolutionOptions { Stride = 2, Padding = 1 }, outputPadding: 1), Shape.Batch(24), Shape.Batch(3, 4, 7), 9),
        ["poolings"] = (new Concatenation(new MaxPool(3, 2, 1), new AveragePool(3, 2, 1), new AdaptiveMaxPool((3, 2)), new AdaptiveAveragePool((3, 2))), Shape.Batch(24), Shape.Batch(6, 4, 3), 9),
        ["global mean"] = (new Sequential(new Upsample(2), new ZeroPad(1), new GlobalAveragePool(), new Dense(3)), Shape.Batch(12), Shape.Batch(4, 2, 5), 9),
        ["option A block"] = (new Residual(new Convolution(8, 3, new ConvolutionOptions { Stride = 2, Padding = 1 }), new Subsample(2, 8)), Shape.Batch(24), Shape.Batch(5, 4, 3), 9),
        ["dense block"] = (new Sequential(new DenseConnection(new Sequential(new BatchNorm(), new Sigmoid(), new Convolution(5, 3, new ConvolutionOptions { Padding = 1 }))), new DenseConnection(new Sequential(new BatchNorm(), new Sigmoid(), new Convolution(5, 3, new ConvolutionOptions { Padding = 1 })))), Shape.Batch(24), Shape.Batch(4, 3, 6), 11),
        ["rnn"] = (new Rnn(70), Shape.Batch(20), Shape.Batch(5, 7), 9),
        ["lstm"] = (new Lstm(37), Shape.Batch(20), Shape.Batch(5, 7), 9),
        ["lstm of two steps, last state"] = (new Lstm(20, new RecurrentOptions { Output = RecurrentOutput.Last }), Shape.Batch(20), Shape.Batch(2, 7), 9),
        ["two layers of lstm, last state"] = (new Sequential(new Lstm(33, new RecurrentOptions { ForgetBias = 1 }), new Lstm(16, new RecurrentOptions { HasBias = false, Output = RecurrentOutput.Last })), Shape.Batch(20), Shape.Batch(4, 3), 9),
        ["long sums in lstm"] = (new Lstm(260, new RecurrentOptions { Output = RecurrentOutput.Last }), Shape.Batch(4), Shape.Batch(2, 3), 5),
        ["gru"] = (new Gru(35), Shape.Batch(20), Shape.Batch(5, 7), 9),
        ["gru of images, last state"] = (new Gru(18, new RecurrentOptions { Output = RecurrentOutput.Last }), Shape.Batch(20), Shape.Batch(4, 3, 2), 9),
        ["rnn with batch norm per step"] = (new Rnn(34, new RecurrentOptions { Normalization = RecurrentNormalization.BatchPerStep }), Shape.Batch(20), Shape.Batch(5, 7), 9),
        ["lstm with batch norm per step"] = (new Lstm(19, new RecurrentOptions { Normalization = RecurrentNormalization.BatchPerStep }), Shape.Batch(20), Shape.Batch(5, 7), 12),
        ["lstm with shared batch norm"] = (new Lstm(19, new RecurrentOptions { Normalization = RecurrentNormalization.BatchShared, NormalizesCell = false }), Shape.Batch(20), Shape.Batch(5, 7), 12),
        ["gru with batch norm per step"] = (new Gru(19, new RecurrentOptions { Normalization = RecurrentNormalization.BatchPerStep }), Shape.Batch(20), Shape.Batch(5, 7), 12),
        ["gru with shared batch norm"] = (new Gru(19, new RecurrentOptions { Normalization = RecurrentNormalization.BatchShared, HasBias = false }), Shape.Batch(20), Shape.Batch(5, 7), 12),
        ["rnn with layer norm"] = (new Rnn(34, new RecurrentOptions { Normalization = RecurrentNormalization.Layer }), Shape.Batch(20), Shape.Batch(5, 7), 9),
        ["lstm with layer norm"] = (new Lstm(19, new RecurrentOptions { Normalization = RecurrentNormalization.Layer }), Shape.Batch(20), Shape.Batch(5, 7), 12),
        ["gru with layer norm, last state"] = (new Gru(19, new RecurrentOptions { Normalization = RecurrentNormalization.Layer, Output = RecurrentOutput.Last }), Shape.Batch(20), Shape.Batch(5, 7), 9),
        ["maxout behind a product"] = (new Sequential(new Dense(40), new Maxout(5), new Dense(3), new Prelu()), Shape.Batch(8), Shape.Batch(8), 9),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Outputs_and_gradients_are_those_of_the_book(string name)
    {
        var (layer, input, shape, count) = Cases[name];
        var model = Model(layer, input, shape);
        var x = new SeededRandom(1).Floats((int)input.Elements(count));
        var targets = new SeededRandom(2).Floats((int)model.Output.Shape.Elements(count));
        var (output, loss, gradients) = Book(model, count, x, targets);
        Assert.All(gradients, static pair => Assert.True(Expect.LargestMagnitude(pair.Value) > 1e-4, $"{pair.Key}: a gradient of nothing proves nothing"));
        var states = model.States.CloneLayout();
        states.CopyFrom(model.States);
        foreach (var width in WidthMatrix.Supported)
        {
            float[]? first = null;
            foreach (var (threads, passes) in new[] { (1, true), (2, true), (2, false) })
            {
                var options = new PlanOptions { Capacity = Math.Max(8, count + 2), Threads = threads, Width = width, DisabledPasses = passes ? [] : [.. PassList.Names] };
                using var plan = TrainingPlan.Compile(model, new MeanSquaredError(), new Momentum(), options);
                plan.LearningRate = 0;
                var where = $"{name}, {width} bits, {threads} threads, {(passes ? "all" : "no")} passes";
                Expect.Close(loss, plan.Step(x, targets).Loss, Plan, where);
                foreach (var (parameter, gradient) in gradients) Expect.Close(gradient, plan.Gradients[parameter].ToArray(), Plan, $"{where}, {parameter}");
                if (passes) Expect.SameBits<float>(first ??= plan.Gradients.Span.ToArray(), plan.Gradients.Span, where);

                // A commit has moved them.
                model.States.CopyFrom(states);
                using var observation = ObservationPlan.Compile(model, [model.Output], training: true, options);
                observation.Slot.Fill(x);
                observation.Run(observation.Slot);
                Expect.Close(output, observation.Read(model.Output), Plan, $"{where}, output");
            }
        }
    }

    /// <summary>A product in front shows the whole gradient of the layer's input: <c>dW = x^T dz</c>, with fewer samples than rows.</summary>
    private static Model Model(Layer layer, Shape input, Shape shape)
    {
        var features = checked((int)shape.ElementsPerSample);
        var network = new Functional((scope, x) =>
        {
            var probe = scope.Parameter("probe", Shape.Of(input.Sizes[0], features), LeCun.Normal, decays: true);
            var product = new MatrixProductNode("probed", x, probe).Output;
            return scope.Apply("tested", layer, shape.Rank == 2 ? product : new ReshapeNode("shaped", product, shape).Output);
        });
        var model = network.Build(input, seed: 4);
        foreach (var parameter in model.Parameters.Where(static tensor => tensor.Name != "probe")) parameter.CopyFrom(new SeededRandom(5).Floats(parameter.Length, 0.3, 0.5));
        return model;
    }

    private static (double[] Output, double Loss, Dictionary<string, double[]> Gradients) Book(Model model, int count, float[] x, float[] targets)
    {
        var terms = new MeanSquaredError().Apply(model.Output);
        var parameters = model.ParameterNodes.Select(static node => node.Output).ToArray();
        var gradients = Differentiation.Gradients(terms.Loss, parameters);
        var interpreter = new GraphInterpreter(count).With(model.Input.Output, Expect.Widen(x)).With(terms.Target.Output, Expect.Widen(targets));
        foreach (var parameter in parameters) interpreter.With(parameter, Expect.Widen(model.Parameters[parameter.Producer.Name].Span));
        foreach (var state in model.StateNodes) interpreter.With(state.Output, model.States[state.Name].ToArray());
        return (interpreter.Run(model.Output), interpreter.Run(terms.Loss)[0], parameters.ToDictionary(static p => p.Producer.Name, p => interpreter.Run(gradients[p])));
    }
}
