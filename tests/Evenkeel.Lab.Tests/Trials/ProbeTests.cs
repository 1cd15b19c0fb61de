using Evenkeel.Lab.Trials;
using Evenkeel.Layers;
using Evenkeel.Optimization.Optimizers;

namespace Evenkeel.Lab.Tests.Trials;

public sealed class ProbeTests
{
    [Fact]
    public void The_gradient_that_a_probe_gives_is_that_of_the_cotangents_sum()
    {
        // A product's gradients in closed form: dx = c W^T, dW = x^T c.
        using var probe = new LayerProbe(new Sequential(("fc", new Dense(2, new DenseOptions { Bias = BiasUse.Never }))), [3], 2);
        probe.Model.Parameters["fc.weight"].CopyFrom([1, 2, 3, 4, 5, 6]);
        var (output, input) = probe.Backward([1, 0, 2, -1, 1, 0], [0.5f, -1, 2, 0.25f]);
        Near([11, 14, 2, 2], output);
        Near([-1.5f, -2.5f, -3.5f, 2.5f, 7, 11.5f], input);
        Near([-1.5f, -1.25f, 2, 0.25f, 1, -2], probe.Gradients["fc.weight"].ToArray());
    }

    [Fact]
    public void A_whitened_batch_has_the_identity_as_covariance()
    {
        const int samples = 512, features = 6;
        var batch = LayerProbe.Normal(samples * features, "whiten");
        for (var i = features; i < batch.Length; i++)
        {
            if (i % features > 0) batch[i] += 0.7f * batch[i - 1];
        }

        using var whitening = new ZcaWhitening(samples, features);
        var white = whitening.Run(batch).ToArray();
        for (var a = 0; a < features; a++)
        {
            for (var b = 0; b < features; b++)
            {
                var covariance = Enumerable.Range(0, samples).Average(n => (double)white[(n * features) + a] * white[(n * features) + b]);
                Assert.Equal(a == b ? 1 : 0, covariance, 5e-3);
            }
        }
    }

    [Fact]
    public void Descent_takes_the_librarys_own_steps()
    {
        using var descent = new Descent(new Sgd { Momentum = 0.5f }, [1, -2]);
        var gradient = Descent.Quadratic(1, 2);
        descent.Step(0.1f, gradient);
        Near([0.9f, -1.6f], descent.Point.ToArray());
        descent.Step(0.1f, gradient);

        // v = 0.5 v + g with g = (0.9, -3.2), from v = (1, -4).
        Near([1.4f, -5.2f], descent.FirstSlot.ToArray());
        Near([0.76f, -1.08f], descent.Point.ToArray());
    }

    [Fact]
    public void Steps_to_a_share_are_counted_and_bounded()
    {
        using var fast = new Descent(new Sgd(), [1]);
        Assert.Equal(4, fast.StepsTo(0.07, 0.5f, Descent.Quadratic(1), 100));
        using var slow = new Descent(new Sgd(), [1]);
        Assert.Equal(3, slow.StepsTo(0.07, 0.5f, Descent.Quadratic(1), 3));
    }

    private static void Near(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), static pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }
}
