using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Book;

public class DropConnectTests
{
    [Fact]
    public void Gradients_agree_with_differences()
    {
        const int Samples = 4, Inputs = 5, Units = 3;
        SeededRandom random = new(1);
        double[] x = random.Normals(Samples * Inputs), w = random.Normals(Inputs * Units);
        bool[] mask = random.Mask(Samples * Inputs * Units, 0.6);
        GradientCheck.Check(v => DropConnect.Forward(v, w, mask, Inputs, Units, 0.6), dy => DropConnect.Backward(dy, x, w, mask, Inputs, Units, 0.6).X, x);
        GradientCheck.Check(v => DropConnect.Forward(x, v, mask, Inputs, Units, 0.6), dy => DropConnect.Backward(dy, x, w, mask, Inputs, Units, 0.6).W, w);
    }

    [Fact]
    public void The_moments_are_those_over_every_mask_there_is()
    {
        const int Inputs = 3, Units = 2;
        const double Keep = 0.7;
        SeededRandom random = new(2);
        double[] x = random.Normals(Inputs), w = random.Normals(Inputs * Units), mean = new double[Units], square = new double[Units];
        for (int bits = 0; bits < 1 << (Inputs * Units); bits++)
        {
            bool[] mask = [.. Enumerable.Range(0, Inputs * Units).Select(i => (bits >> i & 1) != 0)];
            double probability = mask.Aggregate(1.0, (product, kept) => product * (kept ? Keep : 1 - Keep));
            double[] y = DropConnect.Forward(x, w, mask, Inputs, Units, Keep);
            for (int j = 0; j < Units; j++) (mean[j], square[j]) = (mean[j] + probability * y[j], square[j] + probability * y[j] * y[j]);
        }
        (double[] expectedMean, double[] expectedVariance) = DropConnect.Moments(x, w, Inputs, Units, Keep);
        Expect.Close(expectedMean, mean, Tolerances.DoubleFormula);
        Expect.Close(expectedVariance, [.. square.Select((s, j) => s - mean[j] * mean[j])], Tolerances.DoubleFormula);
    }

    [Fact]
    public void The_mean_of_a_rectified_normal_number_is_the_known_one()
    {
        foreach ((double mean, double deviation) in new[] { (0.0, 1.0), (1.5, 0.3), (-2.0, 1.7), (0.4, 0.0) })
        {
            double ratio = mean / deviation;
            double expected = deviation == 0 ? Math.Max(0, mean) : mean * NormalDistribution.Cumulative(ratio) + deviation * NormalDistribution.Density(ratio);
            Assert.Equal(expected, DropConnect.Expectation(Activation.Relu, mean, deviation), 1e-9);
        }
    }
}
