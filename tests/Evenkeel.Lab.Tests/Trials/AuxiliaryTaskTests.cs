using Evenkeel.Engine;
using Evenkeel.Lab.Trials;
using Evenkeel.Reference;
using Evenkeel.TestKit;

namespace Evenkeel.Lab.Tests.Trials;

/// <summary>The state behind a window's first step says which gradient it expects at the window's end (Jaderberg et al. 2016, section 2.1).</summary>
public sealed class AuxiliaryTaskTests
{
    private const int Steps = 3;
    private const int Features = 3;
    private const int Outputs = 2;
    private const int Units = 5;
    private const int Batch = 4;
    private const int StateSize = 2 * Units;

    private static readonly Tolerance Single = new(1e-6, 2e-5, "three chained steps in single precision");

    private static readonly WindowSizes Sizes = new(Steps, Features, Outputs, Units, Batch) { Auxiliary = true };

    private readonly double[] _x = new SeededRandom(1).Normals(Batch * Steps * Features);
    private readonly double[] _outputCotangent = new SeededRandom(2).Normals(Batch * Steps * Outputs);
    private readonly double[] _stateCotangent = new SeededRandom(3).Normals(Batch * StateSize);
    private readonly double[] _expectedCotangent = new SeededRandom(4).Normals(Batch * StateSize);
    private readonly double[] _state = new SeededRandom(5).Normals(Batch * StateSize);

    [Fact]
    public void Its_value_and_all_gradients_are_the_book_s()
    {
        using var window = new RecurrentWindow("window", Sizes, 1, Options());
        Fill(window);
        var book = Book(window);
        window.Forward(Array.ConvertAll(_state, static value => (float)value));
        var (outputs, expected) = (new double[Batch * Steps * Outputs], new double[Batch * StateSize]);
        for (var n = 0; n < Batch; n++)
        {
            for (var i = 0; i < StateSize; i++)
            {
                expected[(n * StateSize) + i] = window.Expected(n)[i];
                window.ExpectedGradients(n)[i] = (float)_expectedCotangent[(n * StateSize) + i];
            }

            for (var i = 0; i < Steps * Outputs; i++)
            {
                outputs[(n * Steps * Outputs) + i] = window.Outputs(n, i / Outputs)[i % Outputs];
                window.OutputGradients(n, i / Outputs)[i % Outputs] = (float)_outputCotangent[(n * Steps * Outputs) + i];
            }
        }

        var end = Expect.Widen(window.EndState());
        window.HandEnd(Array.ConvertAll(_stateCotangent, static value => (float)value));
        Assert.True(window.Learn(0));
        Expect.Close(book.Outputs, outputs, Single, "outputs");
        Expect.Close(book.Expected, expected, Single, "expected");
        Expect.Close(book.End, end, Single, "the last state");
        Expect.Close(book.Begin, Expect.Widen(window.BeginGradient()), Single, "the first state's gradient");
        var found = window.Memory.Gradients.ToDictionary(static tensor => tensor.Name["window.".Length..], static tensor => Expect.Widen(tensor.Span), StringComparer.Ordinal);
        Assert.Equal(book.Gradients.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, gradient) in book.Gradients) Expect.Close(gradient, found[name], Single, name);
    }

    [Fact]
    public void What_is_expected_reaches_the_state_in_which_the_window_began()
    {
        double[] Begin(double factor)
        {
            using var window = new RecurrentWindow("window", Sizes, 1, Options());
            Fill(window);
            window.Forward(Array.ConvertAll(_state, static value => (float)value));
            for (var i = 0; i < Batch * StateSize; i++) window.ExpectedGradients(i / StateSize)[i % StateSize] = (float)(factor * _expectedCotangent[i]);
            Assert.True(window.Learn(0));
            return Expect.Widen(window.BeginGradient());
        }

        Assert.All(Begin(0), static value => Assert.Equal(0, value));
        Assert.True(Begin(1).Max(Math.Abs) > 0.01);
    }

    [Fact]
    public void The_learner_asks_for_what_the_module_says_at_the_end_of_the_window()
    {
        using var learner = new WindowLearner("window", Sizes with { Auxiliary = false }, new WindowRule(true, 0.1f, 0.05f) { Auxiliary = true }, 1, Options());
        var random = new SeededRandom(6);
        for (var window = 0; window < 60; window++)
        {
            for (var i = 0; i < Batch * Steps * Features; i++) learner.Window.Inputs(i / (Steps * Features), i / Features % Steps)[i % Features] = (float)_x[i];
            learner.Forward();
            for (var i = 0; i < Batch * Steps * Outputs; i++) learner.Window.OutputGradients(i / (Steps * Outputs), i / Outputs % Steps)[i % Outputs] = (float)_outputCotangent[i] / Batch;
            var expected = learner.Window.Expected(1).ToArray();
            if (window == 0) Assert.All(expected, static value => Assert.Equal(0, value));
            learner.Learn(isLast: false);
            if (window < 59) continue;

            // The pull is towards something, and what is expected is no longer silent.
            Assert.True(expected.Max(Math.Abs) > 1e-3);
            Assert.True(learner.Window.ExpectedGradients(1).ToArray().Max(Math.Abs) > 0);
        }

        Assert.Equal(0, learner.Refused);
    }

    private static PlanOptions Options() => new() { Capacity = Batch, Threads = 1 };

    /// <summary>Inputs, and weights of the expectation that are not zero, behind which no gradient would come.</summary>
    private void Fill(RecurrentWindow window)
    {
        for (var i = 0; i < Batch * Steps * Features; i++) window.Inputs(i / (Steps * Features), i / Features % Steps)[i % Features] = (float)_x[i];
        new SeededRandom(7).Floats(Units * StateSize).CopyTo(window.Model.Parameters["window.expected.weight"].Span);
        new SeededRandom(8).Floats(StateSize).CopyTo(window.Model.Parameters["window.expected.bias"].Span);
    }

    /// <summary>The window in double, from the formulas.</summary>
    private (Dictionary<string, double[]> Gradients, double[] Outputs, double[] Expected, double[] End, double[] Begin) Book(RecurrentWindow window)
    {
        double[] Weight(string name) => Expect.Widen(window.Model.Parameters[$"window.{name}"].Span);
        static double[] Half(double[] states, int first) => [.. Enumerable.Range(0, Batch).SelectMany(n => states.Skip((n * StateSize) + first).Take(Units))];
        static double[] Pair(double[] hidden, double[] memory) => [.. Enumerable.Range(0, Batch).SelectMany(n => hidden.Skip(n * Units).Take(Units).Concat(memory.Skip(n * Units).Take(Units)))];
        static double[] At(double[] sequence, int step) => [.. Enumerable.Range(0, Batch).SelectMany(n => sequence.Skip(((n * Steps) + step) * Units).Take(Units))];
        var (rows, gates) = (Batch * Steps, 4 * Units);
        var projected = MatrixProduct.Multiply(_x, Weight("weight_ih_l0"), rows, gates, Features, bias: Weight("bias_ih_l0"));
        var lstm = Recurrent.Forward(projected, Weight("weight_hh_l0"), new RecurrentSettings("lstm", Steps, Units) { Hidden = Half(_state, 0), Memory = Half(_state, Units) }, Batch);
        var outputs = MatrixProduct.Multiply(lstm.Output, Weight("output_weight"), rows, Outputs, Units, bias: Weight("output_bias"));
        var expected = MatrixProduct.Multiply(At(lstm.Output, 0), Weight("expected.weight"), Batch, StateSize, Units, bias: Weight("expected.bias"));
        var ofOutput = MatrixProduct.Backward(_outputCotangent, lstm.Output, Weight("output_weight"), rows, Outputs, Units);
        var ofExpected = MatrixProduct.Backward(_expectedCotangent, At(lstm.Output, 0), Weight("expected.weight"), Batch, StateSize, Units);
        var ofStates = ofOutput.A.ToArray();
        for (var i = 0; i < Batch * Units; i++) ofStates[(i / Units * Steps * Units) + (i % Units)] += ofExpected.A[i];
        var through = lstm.Backward(ofStates, Half(_stateCotangent, 0), Half(_stateCotangent, Units));
        var ofInput = MatrixProduct.Backward(through.Projected, _x, Weight("weight_ih_l0"), rows, gates, Features);
        var ofState = MatrixProduct.Backward(through.Recurrent, lstm.Previous, Weight("weight_hh_l0"), rows, gates, Units);
        return (new(StringComparer.Ordinal)
        {
            ["weight_ih_l0"] = ofInput.B,
            ["bias_ih_l0"] = ofInput.Bias,
            ["weight_hh_l0"] = ofState.B,
            ["output_weight"] = ofOutput.B,
            ["output_bias"] = ofOutput.Bias,
            ["expected.weight"] = ofExpected.B,
            ["expected.bias"] = ofExpected.Bias,
        }, outputs, expected, Pair(lstm.LastHidden, lstm.LastMemory), Pair(through.Hidden, through.Memory));
    }
}
