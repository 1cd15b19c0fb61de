using Evenkeel.Data.Datasets;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Shapes;
using Evenkeel.Layers;
using Evenkeel.TestKit;
using Evenkeel.Training.Initialization;

namespace Evenkeel.Training.Tests.Initialization;

public sealed class PatchWhiteningTests
{
    private const int Images = 30, Side = 9, Channels = 3, Taps = 2, Size = Taps * Taps * Channels;

    [Fact]
    public void Answers_to_patches_are_uncorrelated_with_moment_one_and_come_in_both_signs()
    {
        const double Epsilon = 1e-9;
        var (model, samples) = (Model(2 * Size), Photos());
        PatchWhitening.Apply(model, "whiten.weight", samples, Images, Epsilon);
        var filters = model.Parameters["whiten.weight"].ToArray();
        Assert.All(Enumerable.Range(0, Size * Size), i => Assert.Equal(filters[(i / Size * 2 * Size) + (i % Size)], -filters[(i / Size * 2 * Size) + Size + (i % Size)]));

        var (moments, count) = (new double[Size, Size], 0);
        var (image, answers) = (new float[Side * Side * Channels], new double[Size]);
        for (var n = 0; n < Images; n++)
        {
            samples.Read(n, image);
            for (var place = 0; place < (Side - 1) * (Side - 1); place++, count++)
            {
                var (y, x) = Math.DivRem(place, Side - 1);
                Array.Clear(answers);
                for (var i = 0; i < Size; i++)
                {
                    var (row, column, channel) = (i / (Taps * Channels), i / Channels % Taps, i % Channels);
                    for (var k = 0; k < Size; k++) answers[k] += image[((((y + row) * Side) + x + column) * Channels) + channel] * (double)filters[(i * 2 * Size) + k];
                }

                for (var i = 0; i < Size; i++)
                    for (var j = 0; j < Size; j++) moments[i, j] += answers[i] * answers[j];
            }
        }

        for (var i = 0; i < Size; i++)
            for (var j = 0; j < Size; j++) Assert.Equal(i == j ? 1 : 0, moments[i, j] / count, 1e-4);
    }

    [Fact]
    public void Weights_and_samples_that_do_not_fit_are_refused_and_left_as_they_are()
    {
        var model = Model(2 * Size);
        var before = model.Parameters["whiten.weight"].ToArray();
        var flat = Dataset.From(new float[4][] { [1, 2], [3, 4], [5, 6], [7, 8] }, [0, 1, 0, 1]);
        foreach (var refused in (Action[])[() => PatchWhitening.Apply(model, "whiten.weight", flat), static () => PatchWhitening.Apply(Model(Size), "whiten.weight", Photos())])
        {
            var error = Assert.Throws<TrainingException>(refused);
            Assert.Equal("EK0543", error.Code);
            Assert.Contains("whiten.weight", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, model.Parameters["whiten.weight"].ToArray());
    }

    private static Model Model(int filters) =>
        new Sequential(("whiten", new Convolution(filters, Taps, new ConvolutionOptions { TrainsWeight = false }))).Build(Shape.Batch(Side, Side, Channels), 3);

    /// <summary>Neighbouring numbers depend on each other, as in photographs.</summary>
    private static Dataset Photos()
    {
        var noise = new SeededRandom(8).Floats(Images * Side * Side * Channels, 0, 1);
        for (var i = 4; i < noise.Length; i++) noise[i] += (0.5f * noise[i - 3]) + (0.3f * noise[i - 4]);
        return Dataset.From(noise, SampleShape.Create([Side, Side, Channels]), new int[Images]);
    }
}
