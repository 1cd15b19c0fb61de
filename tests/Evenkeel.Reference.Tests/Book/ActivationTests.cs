using Evenkeel.TestKit;

namespace Evenkeel.Reference.Tests.Book;

public class ActivationTests
{
    public static TheoryData<string> Names => [.. Activation.All.Select(a => a.Name)];

    [Theory, MemberData(nameof(Names))]
    public void The_derivative_agrees_with_differences(string name)
    {
        Activation activation = Activation.Named(name);
        double[] x = [.. new SeededRandom(31).Normals(40, deviation: 2).Where(v => activation.Kinks.All(k => Math.Abs(v - k) > 0.01))];
        Assert.True(x.Length > 30);
        GradientCheck.Check(activation.Apply, v => activation.Backward(v, x), x);
    }

    [Theory, MemberData(nameof(Names))]
    public void Not_a_number_stays_not_a_number(string name) => Assert.True(double.IsNaN(Activation.Named(name).Forward(double.NaN)));

    [Fact]
    public void Known_values()
    {
        Assert.Equal(0.5, Activation.Sigmoid.Forward(0));
        Assert.Equal(0.25, Activation.Sigmoid.Derivative(0));
        Assert.Equal(1, Activation.Tanh.Derivative(0));
        Assert.Equal(0, Activation.Relu.Derivative(0));
        // The saturated tails (claim C35), computed with forty decimal digits.
        Expect.Close(4.5395807735951671e-5, Activation.Sigmoid.Derivative(10), Tolerances.DoubleFormula);
        Expect.Close(4.5395807735951671e-5, Activation.Sigmoid.Derivative(-10), Tolerances.DoubleFormula);
        Expect.Close(8.2446144557673974e-9, Activation.Tanh.Derivative(10), Tolerances.DoubleFormula);
        Assert.Equal([0, 1, 0, 1], ((double[])[double.NegativeInfinity, double.PositiveInfinity, -1000, 1000]).Select(Activation.Sigmoid.Forward));
    }

    [Fact]
    public void Names_are_unique_and_in_order() => Assert.Equal(Activation.All.Select(a => a.Name).Order(StringComparer.Ordinal).Distinct(), Activation.All.Select(a => a.Name));
}
