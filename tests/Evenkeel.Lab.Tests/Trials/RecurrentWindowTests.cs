using Evenkeel.Engine;
using Evenkeel.Lab.Trials;
using Evenkeel.Reference;
using Evenkeel.TestKit;

namespace Evenkeel.Lab.Tests.Trials;

/// <summary>What a window hands to the one before it is what backpropagation through both would find.</summary>
public sealed class RecurrentWindowTests
{
    private const int Windows = 3;
    private const int Steps = 2;
    private const int Features = 3;
    private const int Outputs = 2;
    private const int Units = 5;
    private const int Batch = 4;
    private const int All = Windows * Steps;

    private static readonly Tolerance Single = new(1e-6, 2e-5, "six chained steps in single precision");

    private static readonly WindowSizes Sizes = new(Steps, Features, Outputs, Units, Batch);

    private readonly double[] _x = new SeededRandom(1).Normals(Batch * All * Features);
    private readonly double[] _outputCotangent = new SeededRandom(2).Normals(Batch * All * Outputs);
    private readonly double[] _stateCotangent = new SeededRandom(3).Normals(Batch * 2 * Units);
    private readonly double[] _state = new SeededRandom(4).Normals(Batch * 2 * Units);

    [Fact]
    public void Windows_that_hand_their_gradients_on_find_what_the_book_finds_for_the_whole_sequence()
    {
        var (found, outputs, begin) = Chain(handsOn: true);
        var (expected, expectedOutputs, expectedBegin) = Book();
        Expect.Close(expectedOutputs, outputs, Single, "outputs");
        Expect.Close(expectedBegin, begin, Single, "the first state's gradient");
        foreach (var (name, gradient) in expected) Expect.Close(gradient, found[name], Single, name);
    }

    [Fact]
    public void Without_the_gradient_behind_a_window_something_is_missing()
    {
        var (found, _, _) = Chain(handsOn: false);
        var expected = Book().Gradients["weight_hh_l0"];
        Assert.True(expected.Zip(found["weight_hh_l0"], static (e, f) => Math.Abs(e - f)).Max() > 1000 * Single.At(Expect.LargestMagnitude(expected)));
    }

    [Fact]
    public void The_gradient_of_the_inputs_is_found_behind_a_hidden_layer_too()
    {
        using var window = new RecurrentWindow("window", Sizes with { Hidden = 7 }, 1, Options());
        for (var n = 0; n < Batch; n++)
        {
            for (var t = 0; t < Steps; t++) Array.ConvertAll(_x[(((n * All) + t) * Features)..(((n * All) + t + 1) * Features)], static value => (float)value).CopyTo(window.Inputs(n, t));
        }

        double Loss()
        {
            window.Forward(window.NoState());
            var sum = 0.0;
            for (var n = 0; n < Batch; n++)
            {
                for (var t = 0; t < Steps; t++) sum += window.Outputs(n, t)[0] * _outputCotangent[(n * Steps) + t];
            }

            return sum;
        }

        Loss();
        for (var n = 0; n < Batch; n++)
        {
            for (var t = 0; t < Steps; t++) window.OutputGradients(n, t)[0] = (float)_outputCotangent[(n * Steps) + t];
        }

        Assert.True(window.Learn(0));
        var gradients = window.InputGradients(1, 0).ToArray();
        Assert.True(gradients.Max(Math.Abs) > 0.03);

        // Small enough that no ReLU turns.
        const float step = 1e-3f;
        for (var feature = 0; feature < Features; feature++)
        {
            var at = window.Inputs(1, 0)[feature];
            window.Inputs(1, 0)[feature] = at + step;
            var above = Loss();
            window.Inputs(1, 0)[feature] = at - step;
            var below = Loss();
            window.Inputs(1, 0)[feature] = at;
            Assert.Equal((above - below) / (2 * step), gradients[feature], 1e-3);
        }
    }

    private static PlanOptions Options() => new() { Capacity = Batch, Threads = 1 };

    /// <summary>Windows one after another with the same weights, then backward from the last.</summary>
    private (Dictionary<string, double[]> Gradients, double[] Outputs, double[] Begin) Chain(bool handsOn)
    {
        var windows = Enumerable.Range(0, Windows).Select(static _ => new RecurrentWindow("window", Sizes, 1, Options())).ToArray();
        var (state, outputs) = (Array.ConvertAll(_state, static value => (float)value), new double[Batch * All * Outputs]);
        for (var w = 0; w < Windows; w++)
        {
            for (var i = 0; i < Batch * Steps * Features; i++) windows[w].Inputs(i / (Steps * Features), i / Features % Steps)[i % Features] = (float)_x[(((i / (Steps * Features) * All) + (w * Steps) + (i / Features % Steps)) * Features) + (i % Features)];
            windows[w].Forward(state);
            state = windows[w].EndState();
        }

        var gradients = new Dictionary<string, double[]>(StringComparer.Ordinal);
        var behind = Array.ConvertAll(_stateCotangent, static value => (float)value);
        for (var w = Windows - 1; w >= 0; w--)
        {
            for (var i = 0; i < Batch * Steps * Outputs; i++)
            {
                var (n, t, output) = (i / (Steps * Outputs), i / Outputs % Steps, i % Outputs);
                var place = (((n * All) + (w * Steps) + t) * Outputs) + output;
                outputs[place] = windows[w].Outputs(n, t)[output];
                windows[w].OutputGradients(n, t)[output] = (float)_outputCotangent[place];
            }

            if (handsOn || w == Windows - 1) windows[w].HandEnd(behind);
            Assert.True(windows[w].Learn(0));
            behind = windows[w].BeginGradient();
            foreach (var tensor in windows[w].Memory.Gradients)
            {
                var name = tensor.Name["window.".Length..];
                gradients[name] = [.. gradients.GetValueOrDefault(name, new double[tensor.Length]).Zip(tensor.ToArray(), static (sum, value) => sum + value)];
            }
        }

        foreach (var window in windows) window.Dispose();
        return (gradients, outputs, Expect.Widen(behind));
    }

    /// <summary>The whole sequence at once, in double, from the formulas.</summary>
    private (Dictionary<string, double[]> Gradients, double[] Outputs, double[] Begin) Book()
    {
        using var window = new RecurrentWindow("window", Sizes, 1, Options());
        double[] Weight(string name) => Expect.Widen(window.Model.Parameters[$"window.{name}"].Span);
        double[] Half(double[] states, int first) => [.. Enumerable.Range(0, Batch).SelectMany(n => states.Skip((n * 2 * Units) + first).Take(Units))];
        var (rows, gates) = (Batch * All, 4 * Units);
        var projected = MatrixProduct.Multiply(_x, Weight("weight_ih_l0"), rows, gates, Features, bias: Weight("bias_ih_l0"));
        var lstm = Recurrent.Forward(projected, Weight("weight_hh_l0"), new RecurrentSettings("lstm", All, Units) { Hidden = Half(_state, 0), Memory = Half(_state, Units) }, Batch);
        var outputs = MatrixProduct.Multiply(lstm.Output, Weight("output_weight"), rows, Outputs, Units, bias: Weight("output_bias"));
        var ofOutput = MatrixProduct.Backward(_outputCotangent, lstm.Output, Weight("output_weight"), rows, Outputs, Units);
        var through = lstm.Backward(ofOutput.A, Half(_stateCotangent, 0), Half(_stateCotangent, Units));
        var ofInput = MatrixProduct.Backward(through.Projected, _x, Weight("weight_ih_l0"), rows, gates, Features);
        var ofState = MatrixProduct.Backward(through.Recurrent, lstm.Previous, Weight("weight_hh_l0"), rows, gates, Units);
        var begin = Enumerable.Range(0, Batch).SelectMany(n => through.Hidden.Skip(n * Units).Take(Units).Concat(through.Memory.Skip(n * Units).Take(Units))).ToArray();
        return (new(StringComparer.Ordinal)
        {
            ["weight_ih_l0"] = ofInput.B,
            ["bias_ih_l0"] = ofInput.Bias,
            ["weight_hh_l0"] = ofState.B,
            ["output_weight"] = ofOutput.B,
            ["output_bias"] = ofOutput.Bias,
        }, outputs, begin);
    }
}
