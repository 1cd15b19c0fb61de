using Evenkeel.Data.Datasets;
using Evenkeel.Lab.Statistics;
using Evenkeel.Lab.Trials;

namespace Evenkeel.Lab.Experiments.Optimizers;

/// <summary>Logistic regression on the first principal components of a dataset, in double: are digits below 5, or not.</summary>
internal sealed class LogisticProblem
{
    public const double Target = 1e-6;
    private const double Penalty = 1e-3;
    private const int PowerSteps = 15;

    private readonly double[][] _inputs;
    private readonly double[] _labels;

    private LogisticProblem(double[][] inputs, double[] labels) => (_inputs, _labels) = (inputs, labels);

    private int Size => _inputs[0].Length;

    public static LogisticProblem Of(Dataset data, int components, int samples)
    {
        var (count, length) = (Math.Min(samples, data.Count), data.Shape.Length);
        components = Math.Min(components, Math.Min(count, length) / 2);
        var features = new float[count * length];
        var labels = new double[count];
        for (var i = 0; i < count; i++)
        {
            data.Read(i, features.AsSpan(i * length, length));
            labels[i] = data.ReadLabel(i) < 5 ? 1 : 0;
        }

        for (var f = 0; f < length; f++)
        {
            var mean = (float)Enumerable.Range(0, count).Average(i => (double)features[(i * length) + f]);
            for (var i = 0; i < count; i++) features[(i * length) + f] -= mean;
        }

        var directions = Principal(features, count, length, components);
        var inputs = new double[count][];
        for (var i = 0; i < count; i++)
        {
            var row = features.AsSpan(i * length, length).ToArray();
            inputs[i] = [.. directions.Select(direction => Inner(direction, row)), 1];
        }

        return new(inputs, labels);
    }

    /// <summary>The norm of the gradient before every step, until it is below the target.</summary>
    public double[] Newton()
    {
        var (weights, norms) = (new double[Size], new List<double>());
        while (norms.Count < 100)
        {
            var (gradient, hessian) = Derivatives(weights, withHessian: true);
            norms.Add(Norm(gradient));
            if (norms[^1] <= Target) break;
            var step = LinearAlgebra.Solve(hessian!, gradient);
            for (var i = 0; i < Size; i++) weights[i] -= step[i];
        }

        return [.. norms];
    }

    /// <summary>The same for gradient descent at the rate 1 / L, with L the trace bound of the largest curvature.</summary>
    public double[] Descent(int limit)
    {
        // The Hessian is at most a quarter of the inputs' second moments; their largest eigenvalue by power iteration.
        var direction = Enumerable.Repeat(1.0, Size).ToArray();
        var largest = 0.0;
        for (var i = 0; i < 50; i++)
        {
            var next = new double[Size];
            foreach (var input in _inputs)
            {
                var inner = 0.0;
                for (var j = 0; j < Size; j++) inner += input[j] * direction[j];
                for (var j = 0; j < Size; j++) next[j] += inner * input[j] / _inputs.Length;
            }

            largest = Norm(next) / Norm(direction);
            direction = next;
        }

        var (weights, norms) = (new double[Size], new List<double>());
        var rate = 1 / ((largest / 4) + Penalty);
        while (norms.Count <= limit)
        {
            var (gradient, _) = Derivatives(weights, withHessian: false);
            norms.Add(Norm(gradient));
            if (norms[^1] <= Target) break;
            for (var i = 0; i < Size; i++) weights[i] -= rate * gradient[i];
        }

        return [.. norms];
    }

    private (double[] Gradient, double[,]? Hessian) Derivatives(double[] weights, bool withHessian)
    {
        var (gradient, hessian) = (new double[Size], withHessian ? new double[Size, Size] : null);
        for (var n = 0; n < _inputs.Length; n++)
        {
            var input = _inputs[n];
            var score = 0.0;
            for (var j = 0; j < Size; j++) score += weights[j] * input[j];
            var probability = 1 / (1 + Math.Exp(-score));
            var error = (probability - _labels[n]) / _inputs.Length;
            for (var j = 0; j < Size; j++) gradient[j] += error * input[j];
            if (hessian is null) continue;
            var curvature = probability * (1 - probability) / _inputs.Length;
            for (var i = 0; i < Size; i++)
            {
                var row = curvature * input[i];
                for (var j = 0; j < Size; j++) hessian[i, j] += row * input[j];
            }
        }

        for (var i = 0; i < Size; i++)
        {
            gradient[i] += Penalty * weights[i];
            if (hessian is not null) hessian[i, i] += Penalty;
        }

        return (gradient, hessian);
    }

    /// <summary>Orthonormal directions of largest variance, by subspace iteration.</summary>
    private static double[][] Principal(float[] features, int count, int length, int components)
    {
        var basis = Enumerable.Range(0, components).Select(c => Array.ConvertAll(LayerProbe.Normal(length, FormattableString.Invariant($"component {c}")), static value => (double)value)).ToArray();
        for (var step = 0; step < PowerSteps; step++)
        {
            Orthonormalize(basis);
            for (var c = 0; c < components; c++)
            {
                var next = new double[length];
                for (var i = 0; i < count; i++)
                {
                    var row = features.AsSpan(i * length, length);
                    var inner = 0.0;
                    for (var f = 0; f < length; f++) inner += basis[c][f] * row[f];
                    for (var f = 0; f < length; f++) next[f] += inner * row[f];
                }

                basis[c] = next;
            }
        }

        Orthonormalize(basis);
        return basis;
    }

    private static void Orthonormalize(double[][] basis)
    {
        for (var c = 0; c < basis.Length; c++)
        {
            for (var other = 0; other < c; other++)
            {
                var inner = basis[c].Zip(basis[other], static (a, b) => a * b).Sum();
                for (var f = 0; f < basis[c].Length; f++) basis[c][f] -= inner * basis[other][f];
            }

            var norm = Norm(basis[c]);
            for (var f = 0; f < basis[c].Length; f++) basis[c][f] /= norm;
        }
    }

    private static double Inner(double[] direction, float[] row)
    {
        var sum = 0.0;
        for (var f = 0; f < row.Length; f++) sum += direction[f] * row[f];
        return sum;
    }

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(static value => value * value));
}
