namespace Evenkeel.Optimization.SecondOrder;

/// <summary>The curvature of one dense layer as a Kronecker product: second moments A of its inputs, with a 1 for the bias, and G of its outputs' gradients; a gradient D becomes <c>(A + pi s I)^(-1) D (G + s / pi I)^(-1)</c> with <c>s = sqrt(damping)</c>.</summary>
/// <remarks>
/// Martens and Grosse, arXiv 1503.05671, sections 3 and 6.3: <c>pi = sqrt((tr A / dim A) / (tr G / dim G))</c>; moments are running averages whose retention climbs as <c>1 - 1/t</c> up to its limit (section 5). G is that of the batch's own targets, the empirical Fisher.
/// Everything is in double. Time grows with the cube of the sides where they are inverted.
/// </remarks>
public sealed class KroneckerFactors
{
    private readonly int _inputs;
    private readonly bool _hasBias;
    private readonly double[] _inputMoments;
    private readonly double[] _outputMoments;
    private double[] _inputInverse;
    private double[] _outputInverse;
    private long _observed;

    /// <summary>Creates the factors of a layer.</summary>
    /// <param name="inputs">Its inputs, at least 1.</param>
    /// <param name="outputs">Its units, at least 1.</param>
    /// <param name="hasBias">Whether it has a bias.</param>
    public KroneckerFactors(int inputs, int outputs, bool hasBias)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        (_inputs, _hasBias, Outputs, Rows) = (inputs, hasBias, outputs, inputs + (hasBias ? 1 : 0));
        (_inputMoments, _outputMoments) = (new double[Rows * Rows], new double[outputs * outputs]);
        (_inputInverse, _outputInverse) = (SymmetricMatrix.Unit(Rows), SymmetricMatrix.Unit(outputs));
    }

    /// <summary>Rows of the layer's gradient: its inputs, and one more for the bias.</summary>
    public int Rows { get; }

    /// <summary>Columns of the layer's gradient.</summary>
    public int Outputs { get; }

    /// <summary>Takes a batch into the running moments.</summary>
    /// <param name="inputs">The layer's inputs, <c>[count, inputs]</c>.</param>
    /// <param name="cotangents">The gradient of the batch's mean loss by the layer's outputs, <c>[count, outputs]</c>.</param>
    /// <param name="count">Samples.</param>
    /// <param name="retention">What the moments keep of themselves at most, in [0, 1).</param>
    public void Observe(ReadOnlySpan<float> inputs, ReadOnlySpan<float> cotangents, int count, double retention)
    {
        _observed++;
        var kept = Math.Min(retention, 1 - (1.0 / _observed));
        for (var i = 0; i < _inputMoments.Length; i++) _inputMoments[i] *= kept;
        for (var i = 0; i < _outputMoments.Length; i++) _outputMoments[i] *= kept;
        var row = new double[Math.Max(Rows, Outputs)];
        for (var sample = 0; sample < count; sample++)
        {
            for (var i = 0; i < _inputs; i++) row[i] = inputs[(sample * _inputs) + i];
            if (_hasBias) row[_inputs] = 1;
            SymmetricMatrix.AddSquare(_inputMoments, row.AsSpan(0, Rows), (1 - kept) / count);

            // The mean loss has a share of 1 / count of every sample's own.
            for (var i = 0; i < Outputs; i++) row[i] = cotangents[(sample * Outputs) + i];
            SymmetricMatrix.AddSquare(_outputMoments, row.AsSpan(0, Outputs), (1 - kept) * count);
        }
    }

    /// <summary>Inverts the damped moments.</summary>
    /// <param name="damping">Added to the product's eigenvalues, about; above 0.</param>
    public void Invert(double damping)
    {
        var (inputTrace, outputTrace) = (SymmetricMatrix.Trace(_inputMoments, Rows) / Rows, SymmetricMatrix.Trace(_outputMoments, Outputs) / Outputs);
        var ratio = inputTrace > 0 && outputTrace > 0 ? Math.Sqrt(inputTrace / outputTrace) : 1;
        var share = Math.Sqrt(damping);
        _inputInverse = SymmetricMatrix.Inverse(_inputMoments, Rows, ratio * share);
        _outputInverse = SymmetricMatrix.Inverse(_outputMoments, Outputs, share / ratio);
    }

    /// <summary>Multiplies a gradient by both inverses.</summary>
    /// <param name="gradient"><c>[Rows, Outputs]</c>; receives the product.</param>
    public void Precondition(Span<double> gradient)
    {
        var product = new double[Rows * Outputs];
        for (var i = 0; i < Rows; i++)
        {
            for (var k = 0; k < Rows; k++) Vector.Add(product.AsSpan(i * Outputs, Outputs), _inputInverse[(i * Rows) + k], gradient.Slice(k * Outputs, Outputs));
        }

        gradient.Clear();
        for (var i = 0; i < Rows; i++)
        {
            for (var k = 0; k < Outputs; k++) Vector.Add(gradient.Slice(i * Outputs, Outputs), product[(i * Outputs) + k], _outputInverse.AsSpan(k * Outputs, Outputs));
        }
    }
}
