using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.Layers.Losses;
using Evenkeel.TestKit;
using Evenkeel.Training.Evaluation;

namespace Evenkeel.Training.Tests.Evaluation;

public sealed class ViewEvaluatorTests
{
    private const int Images = 40, Side = 5, Channels = 2, Classes = 3;

    [Fact]
    public void Logits_of_all_views_are_averaged_by_their_weights()
    {
        var model = Model();
        var samples = Photos();
        var views = TestViews.Create("mirror-shift");
        var summary = ViewEvaluator.Evaluate(model, new SoftmaxCrossEntropy(), samples, views);

        var (weight, bias) = (model.Parameters["head.weight"].ToArray(), model.Parameters["head.bias"].ToArray());
        var (loss, correct) = (0.0, 0);
        var image = new float[Side * Side * Channels];
        for (var n = 0; n < Images; n++)
        {
            samples.Read(n, image);
            var logits = new double[Classes];
            foreach (var view in views)
            {
                for (var c = 0; c < Classes; c++) logits[c] += view.Weight / 8 * bias[c];
                for (var i = 0; i < image.Length; i++)
                {
                    var (y, x, channel) = (i / (Side * Channels), i / Channels % Side, i % Channels);
                    var pixel = image[((Reflected(y + view.Down) * Side) + Reflected((view.IsMirrored ? Side - 1 - x : x) + view.Right)) * Channels + channel];
                    for (var c = 0; c < Classes; c++) logits[c] += view.Weight / 8 * pixel * (double)weight[(i * Classes) + c];
                }
            }

            loss += Math.Log(logits.Sum(Math.Exp)) - logits[samples.ReadLabel(n)];
            correct += Array.IndexOf(logits, logits.Max()) == samples.ReadLabel(n) ? 1 : 0;
        }

        Assert.Equal(Images, summary.Samples);
        Assert.Equal(loss / Images, summary.Loss, 1e-5);
        Assert.Equal((double)correct / Images, summary.Accuracy);
    }

    [Fact]
    public void One_plain_view_is_the_ordinary_measurement()
    {
        var (model, samples) = (Model(), Photos());
        var plain = Evaluator.Evaluate(model, new SoftmaxCrossEntropy(), samples);
        var viewed = ViewEvaluator.Evaluate(model, new SoftmaxCrossEntropy(), samples, [new TestView(false)]);
        Assert.Equal(plain.Loss, viewed.Loss, 1e-5);
        Assert.Equal(plain.Accuracy, viewed.Accuracy);
    }

    [Fact]
    public void Unknown_names_and_samples_without_sides_are_refused()
    {
        var unknown = Assert.Throws<TrainingException>(static () => TestViews.Create("miror"));
        Assert.Equal("EK0544", unknown.Code);
        Assert.Contains("mirror", unknown.Message, StringComparison.Ordinal);
        var flat = Dataset.From(new float[2][] { [1, 2], [3, 4] }, [0, 1]);
        var model = new Sequential(("head", new Dense(2))).Build(Shape.Batch(2), 1);
        Assert.Equal("EK0503", Assert.Throws<TrainingException>(() => ViewEvaluator.Evaluate(model, new SoftmaxCrossEntropy(), flat, TestViews.Create("mirror"))).Code);
        Assert.Equal("EK0503", Assert.Throws<TrainingException>(() => ViewEvaluator.Evaluate(Model(), new SoftmaxCrossEntropy(), Photos(), [new TestView(false, Side)])).Code);
    }

    private static int Reflected(int place) => place < 0 ? -place : place >= Side ? (2 * (Side - 1)) - place : place;

    private static Model Model() => new Sequential(("flatten", new Flatten()), ("head", new Dense(Classes))).Build(Shape.Batch(Side, Side, Channels), 5);

    private static Dataset Photos() =>
        Dataset.From(new SeededRandom(4).Floats(Images * Side * Side * Channels, 0, 1), SampleShape.Create([Side, Side, Channels]), Enumerable.Range(0, Images).Select(static i => i % Classes).ToArray());
}
